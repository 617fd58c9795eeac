import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FORMAT_NAMES } from './formats/wire-formats.js';
import { WORKS } from './peers/works.js';

const seconds = z.coerce.number().positive().max(600);

const benchConfigSchema = z.object({
  /** Names the files of the result. */
  BENCH_NAME: z.string().regex(/^[a-z0-9-]+$/).default('switchyard'),
  /** How long each load is measured. */
  BENCH_SECONDS: seconds.default(8),
  /** Load before each measurement. */
  BENCH_WARMUP_SECONDS: seconds.default(3),
  /** How long the engine alone is run with each batch size. */
  BENCH_CEILING_SECONDS: seconds.default(0.4),
  BENCH_PASSES: z.coerce.number().int().min(1).max(20).default(2),
  /** Numbers of connections, in the order in which they are measured. */
  BENCH_CONNECTIONS: z
    .string()
    .regex(/^\d+(,\d+)*$/, 'must be numbers with commas between, as "1,16,64,256"')
    .default('1,16,64,256')
    .transform((text) => text.split(',').map(Number)),
  /** Formats measured beside the first, at `BENCH_FORMAT_CONNECTIONS`. */
  BENCH_FORMATS: z
    .string()
    .default(FORMAT_NAMES.join(','))
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(FORMAT_NAMES)).min(1)),
  BENCH_FORMAT_CONNECTIONS: z.coerce.number().int().min(1).max(4_096).default(64),
  BENCH_ROWS_PER_REQUEST: z.coerce.number().int().min(1).max(1_000).default(1),
  /** Number of inference-workers. */
  BENCH_WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  /** Connections under which `--profile` looks at the services. */
  BENCH_PROFILE_CONNECTIONS: z.coerce.number().int().min(1).max(4_096).default(64),
  /** For `bench:peers`: the folder in which the peers were set up, absolute. Without it Switchyard is measured alone. */
  BENCH_PEERS_DIRECTORY: z.string().startsWith('/', 'must be an absolute path').optional(),
  /** For `bench:peers`: start script and engine (`ort` or `tf`) of each; `none` for Switchyard alone. */
  BENCH_PEERS: z
    .string()
    .default('mosec2:ort,fastapi:ort,bento:ort,celery:tf,fastapi:tf')
    .transform((text) => text.split(',').map((name) => name.trim()).filter((name) => name !== '' && name !== 'none')),
  /** For `bench:peers`: what is measured. */
  BENCH_WORKS: z
    .string()
    .default(WORKS.join(','))
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(WORKS)).min(1)),
  /** For `bench:peers`: asynchronous jobs sent to Switchyard, and to a queue of Celery. */
  BENCH_JOBS: z.coerce.number().int().min(100).max(1_000_000).default(100_000),
  BENCH_CELERY_JOBS: z.coerce.number().int().min(10).max(100_000).default(2_000),
  /** For `bench:peers`: sync rows per second under a flood. */
  BENCH_TRICKLE_RATE: z.coerce.number().min(1).max(1_000).default(50),
  /** Where a trained model may already be, and where one is kept. */
  SWITCHYARD_HOME: z.string().default('.switchyard'),
});

export interface BenchConfig extends z.infer<typeof benchConfigSchema> {
  /** The repository, absolute. */
  readonly root: string;
  /** Settings that were given, as they were given. */
  readonly changed: Readonly<Record<string, string>>;
}

/**
 * A bad value ends the process with every problem listed. An empty variable counts as not set.
 *
 * @param defaults of a command that needs others than those above
 */
export function loadBenchConfig({ environment = process.env, defaults = {} }: { readonly environment?: NodeJS.ProcessEnv; readonly defaults?: Readonly<Record<string, string>> } = {}): BenchConfig {
  const set = { ...defaults, ...Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== '')) };
  const result = benchConfigSchema.safeParse(set);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    process.stderr.write(`The environment cannot be used:\n${problems.join('\n')}\n`);
    process.exit(1);
  }
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const changed = Object.fromEntries(Object.keys(benchConfigSchema.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  return { ...result.data, root, changed, SWITCHYARD_HOME: resolve(root, result.data.SWITCHYARD_HOME) };
}

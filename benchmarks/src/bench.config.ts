import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { FORMAT_NAMES } from './formats/wire-formats.js';

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
  /** Where a trained model may already be, and where one is kept. */
  SWITCHYARD_HOME: z.string().default('.switchyard'),
});

export interface BenchConfig extends z.infer<typeof benchConfigSchema> {
  /** The repository, absolute. */
  readonly root: string;
}

/** A bad value ends the process with every problem listed. An empty variable counts as not set. */
export function loadBenchConfig(environment: NodeJS.ProcessEnv = process.env): BenchConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = benchConfigSchema.safeParse(set);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    process.stderr.write(`The environment cannot be used:\n${problems.join('\n')}\n`);
    process.exit(1);
  }
  const root = fileURLToPath(new URL('../..', import.meta.url));
  return { ...result.data, root, SWITCHYARD_HOME: resolve(root, result.data.SWITCHYARD_HOME) };
}

import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65_535);

/** What `switchyard start` reads from the environment; the services read the rest themselves. */
const startConfigSchema = z.object({
  /** REST of every protocol, /health, /ready, /metrics and /docs of the api. */
  HTTP_PORT: port.default(8000),
  /** REST for clients of TensorFlow Serving. */
  TF_SERVING_PORT: port.default(8501),
  /** gRPC of TensorFlow Serving and of the Open Inference Protocol. */
  GRPC_PORT: port.default(8500),
  /** /health, /ready and /metrics of the first inference-worker; each further worker takes a free port. */
  WORKER_OPS_PORT: port.default(9101),
  TRAINER_OPS_PORT: port.default(9102),
  REGISTRY_OPS_PORT: port.default(9103),
  /** Address the services listen on; 0.0.0.0 opens them to the network. */
  HOST: z.string().default('127.0.0.1'),
  /** Number of inference-workers. */
  WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  /** A Redis that runs already; without it one is started. */
  REDIS_URL: z.string().optional(),
  /** The Redis server to start; without it the one on PATH. */
  REDIS_BINARY: z.string().optional(),
  /** `s3://host:port/bucket` or `file:///folder`; without it the folder objects below SWITCHYARD_HOME. */
  OBJECT_STORE_URL: z.string().optional(),
  /** Everything written on this machine goes below this folder. */
  SWITCHYARD_HOME: z.string().default('.switchyard'),
  /** How long the pipelines may take that run on an empty registry. */
  FIRST_TRAINING_TIMEOUT_MINUTES: z.coerce.number().positive().default(60),
});

type StartEnvironment = z.infer<typeof startConfigSchema>;

export interface StartConfig extends Omit<StartEnvironment, 'SWITCHYARD_HOME'> {
  /** The repository, absolute. */
  readonly root: string;
  /** SWITCHYARD_HOME, absolute. */
  readonly home: string;
}

/** A bad value ends the process with every problem listed. An empty variable counts as not set. */
export function loadStartConfig(environment: NodeJS.ProcessEnv = process.env): StartConfig {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = startConfigSchema.safeParse(set);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    process.stderr.write(`The environment cannot be used:\n${problems.join('\n')}\n`);
    process.exit(1);
  }
  const { SWITCHYARD_HOME, ...config } = result.data;
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  return { ...config, root, home: resolve(root, SWITCHYARD_HOME) };
}

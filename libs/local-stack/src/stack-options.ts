import type { ServiceEvent } from './supervised-service.js';

export type ServiceName = 'api' | 'inference-worker' | 'trainer' | 'registry';

/** Where the services listen. A port left out is a free one; a port given must be free (see `requireChosenPorts`). */
export interface StackPorts {
  /** HTTP_PORT: every protocol but those below, health and metrics of the api. */
  readonly http?: number;
  /** TF_SERVING_PORT: REST for clients of TensorFlow Serving. */
  readonly tfServing?: number;
  /** GRPC_PORT: gRPC of TensorFlow Serving and of the Open Inference Protocol. */
  readonly grpc?: number;
  /** REGISTRY_OPS_PORT: health and metrics of the registry. */
  readonly registry?: number;
  /** TRAINER_OPS_PORT: health and metrics of the trainer. */
  readonly trainer?: number;
  /** WORKER_OPS_PORT: health and metrics of the inference-workers in turn; those beyond the list get free ports. */
  readonly workers?: readonly number[];
}

export interface StackOptions {
  /** The repository, absolute: holds the services as `npm run build` leaves them, and `pipelines/`. */
  readonly root: string;
  /** Absolute; everything the stack writes goes below it. */
  readonly directory: string;
  readonly ports?: StackPorts;
  /** Address the services listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Number of inference-workers. Default 1. */
  readonly workers?: number;
  /** A Redis that runs already; default: one of its own under `directory`/redis. */
  readonly redisUrl?: string;
  /** The Redis server to start; default: what `findRedisBinary` finds. */
  readonly redisBinary?: string;
  /** Default: the folder `directory`/objects. */
  readonly objectStoreUrl?: string;
  /** Added to the environment of every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** Added to the environment of one kind of service; wins over `env`. */
  readonly serviceEnv?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** How long all services together may take to be ready, in milliseconds. Default 60,000. */
  readonly readyTimeoutMs?: number;
  /** Every line a process prints; `source` is "redis" or the name of a service ("inference-worker-2"). */
  readonly onLine?: (source: string, line: string) => void;
  readonly onEvent?: (event: ServiceEvent) => void;
}

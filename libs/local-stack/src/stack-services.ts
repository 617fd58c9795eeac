import { join } from 'node:path';
import { serviceEntry } from './service-entry.js';
import type { ServiceOptions } from './service-process.js';
import type { ServiceName, StackOptions } from './stack-options.js';
import type { StackAddresses } from './stack-ports.js';

/** Settings of the process that starts the stack (jest, a debugger) that its services must not take over. */
const MEANT_FOR_THE_STARTER = new Set(['NODE_OPTIONS', 'NODE_ENV', 'JEST_WORKER_ID']);

/** What all services connect to. */
export interface StackBackends {
  readonly redisUrl: string;
  readonly objectStoreUrl: string;
}

/** One entry per process, in the order in which they are stopped: whoever takes work in first, the writer of what lasts last. */
export function describeServices(options: StackOptions, addresses: StackAddresses, backends: StackBackends): ServiceOptions[] {
  const describe = (service: ServiceName, name: string, opsPort: number, own: Record<string, string>): ServiceOptions => ({
    name,
    opsPort,
    host: reachableHost(options.host),
    entry: serviceEntry(options.root, service),
    env: { ...commonEnvironment(options, backends), ...own, ...options.serviceEnv?.[service] },
    onLine: (line) => options.onLine?.(name, line),
  });
  const { http, tfServing, grpc, workers, trainer, registry } = addresses;
  const pipelines = process.env['PIPELINES_DIRECTORY'] ?? join(options.root, 'pipelines');
  return [
    describe('api', 'api', http, { HTTP_PORT: String(http), TF_SERVING_PORT: String(tfServing), GRPC_PORT: String(grpc) }),
    ...workers.map((port, index) => describe('inference-worker', `inference-worker-${index + 1}`, port, { OPS_PORT: String(port) })),
    describe('trainer', 'trainer', trainer, { OPS_PORT: String(trainer), PIPELINES_DIRECTORY: pipelines }),
    describe('registry', 'registry', registry, { OPS_PORT: String(registry) }),
  ];
}

/** The address under which this machine reaches what listens on `host`: an open address is no destination. */
export function reachableHost(host: string | undefined): string {
  return host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
}

function commonEnvironment(options: StackOptions, { redisUrl, objectStoreUrl }: StackBackends): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !MEANT_FOR_THE_STARTER.has(name));
  return {
    NODE_ENV: 'production',
    // TensorFlow's own notes on this processor are no log lines; errors stay.
    TF_CPP_MIN_LOG_LEVEL: '2',
    // glibc keeps what is freed: in up to eight pools per core, and ever larger pieces of it. As the images have it (docs/decisions/0038).
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '262144',
    ...Object.fromEntries(inherited),
    HOST: options.host ?? '127.0.0.1',
    REDIS_URL: redisUrl,
    OBJECT_STORE_URL: objectStoreUrl,
    ...options.env,
  };
}

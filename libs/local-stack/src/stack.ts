import { join } from 'node:path';
import { prepareObjectStore } from './object-store-folder.js';
import { startRedis, type RedisProcess } from './redis-process.js';
import { RunningRecord } from './running-record.js';
import type { StackOptions } from './stack-options.js';
import { choosePorts, requireChosenPorts, type StackAddresses } from './stack-ports.js';
import { describeServices, reachableHost, type StackBackends } from './stack-services.js';
import { SupervisedService, type ServiceEvent } from './supervised-service.js';

const READY_TIMEOUT_MS = 60_000;

/** The four services and their Redis on this machine. Ends what it started, by process id, and nothing else. */
export interface Stack extends StackBackends {
  readonly api: SupervisedService;
  readonly workers: readonly SupervisedService[];
  readonly trainer: SupervisedService;
  readonly registry: SupervisedService;
  /** All of them, in the order in which they are stopped. */
  readonly services: readonly SupervisedService[];
  /** Null when the stack was given a Redis that runs elsewhere. */
  readonly redis: RedisProcess | null;
  readonly ports: StackAddresses;
  /** `http://127.0.0.1:<HTTP_PORT>` */
  readonly httpUrl: string;
  /** `http://127.0.0.1:<TF_SERVING_PORT>` */
  readonly tfServingUrl: string;
  /** `127.0.0.1:<GRPC_PORT>`, as gRPC clients name a target. */
  readonly grpcTarget: string;
  /** Resolves when every service is ready. @throws ServingError when one ends first, or is not ready in time */
  ready(): Promise<void>;
  /** Drains and stops the api, then the workers, trainer, registry and Redis. Idempotent. */
  stop(): Promise<void>;
  /** Ends everything at once; also in the middle of `stop`. */
  abort(): Promise<void>;
}

/**
 * Starts Redis (unless given one) and the services, and resolves when every service is ready. When one cannot, all are stopped.
 *
 * @throws ServingError `conflict` when another stack has the folder; else what kept the service from being ready
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stack = await launchStack(options);
  try {
    await stack.ready();
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/**
 * Starts Redis (unless given one), waits for it, starts the services and does not wait for them: for a caller who may have
 * to stop them before they are ready.
 *
 * @throws ServingError `conflict` when another stack has the folder or a chosen port is taken; `storage-unavailable` when the chosen
 * folder of the object store does not exist; what kept Redis from starting
 */
export async function launchStack(options: StackOptions): Promise<Stack> {
  const record = await RunningRecord.claim(options.directory);
  // After the claim, which ends what a crashed owner left on these ports.
  await requireChosenPorts(options.ports ?? {}, options.host ?? '127.0.0.1').catch(releaseAndThrow(record));
  const objectStoreUrl = await prepareObjectStore(options).catch(releaseAndThrow(record));
  const redis = options.redisUrl === undefined ? await startOwnRedis(options).catch(releaseAndThrow(record)) : null;
  if (redis !== null) await record.note('redis', redis.pid);
  const backends = { redisUrl: redis?.url ?? (options.redisUrl as string), objectStoreUrl };
  const addresses = await choosePorts(options.ports ?? {}, options.workers ?? 1);
  const onEvent = (event: ServiceEvent): void => {
    // What cannot be noted (the disk is full) runs all the same.
    if (event.kind === 'restarted') record.note(event.service, event.pid).catch(() => undefined);
    options.onEvent?.(event);
  };
  const services = describeServices(options, addresses, backends).map((service) => new SupervisedService(service, onEvent));
  redis?.keepRunning(onEvent);
  for (const service of services) await record.note(service.name, service.pid);
  return assemble({ services, redis, record, backends, addresses, options });
}

function startOwnRedis({ directory, redisBinary, onLine }: StackOptions): Promise<RedisProcess> {
  return startRedis({
    directory: join(directory, 'redis'),
    ...(redisBinary === undefined ? {} : { binary: redisBinary }),
    ...(onLine === undefined ? {} : { onLine: (line: string) => onLine('redis', line) }),
  });
}

interface StackParts {
  readonly services: readonly SupervisedService[];
  readonly redis: RedisProcess | null;
  readonly record: RunningRecord;
  readonly backends: StackBackends;
  readonly addresses: StackAddresses;
  readonly options: StackOptions;
}

function assemble({ services, redis, record, backends, addresses, options }: StackParts): Stack {
  const named = (name: string): SupervisedService => services.find((service) => service.name === name) as SupervisedService;
  const workers = services.filter((service) => service.name.startsWith('inference-worker-'));
  const host = reachableHost(options.host);
  let stopping: Promise<void> | undefined;
  const stopInOrder = async (): Promise<void> => {
    await named('api').stop();
    await Promise.all(workers.map((worker) => worker.stop()));
    await named('trainer').stop();
    await named('registry').stop();
    await redis?.stop();
    await record.release();
  };
  return {
    ...backends,
    ports: addresses,
    httpUrl: `http://${host}:${addresses.http}`,
    tfServingUrl: `http://${host}:${addresses.tfServing}`,
    grpcTarget: `${host}:${addresses.grpc}`,
    api: named('api'),
    workers,
    trainer: named('trainer'),
    registry: named('registry'),
    services,
    redis,
    ready: async () => void (await Promise.all(services.map((service) => service.ready(options.readyTimeoutMs ?? READY_TIMEOUT_MS)))),
    stop: () => (stopping ??= stopInOrder()),
    abort: async () => {
      await Promise.all(services.map((service) => service.abort()));
      await redis?.stop();
      await (stopping ??= record.release());
    },
  };
}

function releaseAndThrow(record: RunningRecord): (error: unknown) => Promise<never> {
  return async (error) => {
    await record.release();
    throw error;
  };
}

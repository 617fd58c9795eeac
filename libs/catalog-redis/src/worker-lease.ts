import type { Redis } from 'ioredis';
import type { WorkerLease } from '@switchyard/inference';
import { workerKey, workerSetKey } from './keys.js';

const RENEW_INTERVAL_MS = 1_000;
/** Three missed renewals: a busy machine may miss one. */
const LEASE_TTL_MS = 3_500;

export interface WorkerLeaseOptions {
  readonly redis: Redis;
  readonly prefix: string;
  /** The lease as it stands now. */
  readonly describe: () => WorkerLease;
  readonly onError: (error: unknown) => void;
}

export interface RunningLease {
  /** Says at once what has changed, instead of at the next renewal. */
  renew(): Promise<void>;
  /** Ends the lease at once, so that nobody counts on this worker any more. */
  close(): Promise<void>;
}

/** Keeps a worker's lease in Redis for as long as its event loop turns. */
export function startWorkerLease({ redis, prefix, describe, onError }: WorkerLeaseOptions): RunningLease {
  const { id } = describe();
  const renew = async (): Promise<void> => {
    if (redis.status !== 'ready') return;
    await redis.multi().set(workerKey(prefix, id), JSON.stringify(describe()), 'PX', LEASE_TTL_MS).sadd(workerSetKey(prefix), id).exec();
  };
  const timer = setInterval(() => void renew().catch(onError), RENEW_INTERVAL_MS);
  void renew().catch(onError);
  return {
    renew: () => renew().catch(onError),
    async close() {
      clearInterval(timer);
      if (redis.status === 'ready') await redis.multi().del(workerKey(prefix, id)).srem(workerSetKey(prefix), id).exec();
    },
  };
}

import type { Redis } from 'ioredis';
import { workerLeaseSchema, type WorkerDirectory, type WorkerLease } from '@switchyard/inference';
import { isReachable } from './is-reachable.js';
import { workerKey, workerSetKey } from './keys.js';

const REFRESH_INTERVAL_MS = 1_000;

/** Follows the leases of the workers; while Redis is away the last picture stands. Resolves after the first look, or at once while Redis is away. */
export async function createWorkerDirectory(redis: Redis, prefix: string): Promise<WorkerDirectory> {
  const directory = new RedisWorkerDirectory(redis, prefix);
  if (await isReachable(redis)) await directory.refresh();
  return directory;
}

class RedisWorkerDirectory implements WorkerDirectory {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #timer: NodeJS.Timeout;
  #leases: readonly WorkerLease[] = [];
  #refreshing: Promise<void> | undefined;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#timer = setInterval(() => void this.refresh().catch(() => undefined), REFRESH_INTERVAL_MS);
  }

  current(): readonly WorkerLease[] {
    return this.#leases;
  }

  /** One look at a time: while Redis is away looks must not pile up. */
  async refresh(): Promise<readonly WorkerLease[]> {
    await (this.#refreshing ??= this.#look().finally(() => (this.#refreshing = undefined)));
    return this.#leases;
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return Promise.resolve();
  }

  async #look(): Promise<void> {
    const ids = await this.#redis.smembers(workerSetKey(this.#prefix));
    if (ids.length === 0) {
      this.#leases = [];
      return;
    }
    const leases = await this.#redis.mget(ids.map((id) => workerKey(this.#prefix, id)));
    const gone = ids.filter((_, index) => leases[index] === null);
    if (gone.length > 0) await this.#redis.srem(workerSetKey(this.#prefix), ...gone);
    this.#leases = leases.flatMap((lease) => (lease === null ? [] : [workerLeaseSchema.parse(JSON.parse(lease))]));
  }
}

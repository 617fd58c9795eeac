import type { Redis } from 'ioredis';
import { ServingError } from '@switchyard/errors';
import { inferenceKeys, type InferenceKeys } from './keys.js';

/** Deaths of workers over a job before it is suspected: the first one says little, as everything in hand is there at every crash. */
const DEATHS_BEFORE_SUSPICION = 2;
/** A count outlives the slowest sequence of crash, expired lock and restart. */
const COUNT_TTL_MS = 60 * 60 * 1000;

/**
 * Finds the job that kills the workers, and spares those that were only in hand beside it.
 *
 * A job over which several workers have died runs again only while no other such job of this process does. The next death then has
 * one culprit: that job is given up, its companions run.
 */
export class SuspectJobs {
  readonly #redis: Redis;
  readonly #keys: InferenceKeys;
  #last: Promise<unknown> = Promise.resolve();

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = inferenceKeys(prefix);
  }

  /** @param deaths workers that have died while they had the job in hand */
  areSuspected(deaths: number): boolean {
    return deaths >= DEATHS_BEFORE_SUSPICION;
  }

  /**
   * @param deaths workers that have died while they had the job in hand
   * @throws ServingError `engine-failed` when it was the only suspect at a death before; else what `action` throws
   */
  run<T>(jobId: string, deaths: number, action: () => Promise<T>): Promise<T> {
    if (!this.areSuspected(deaths)) return action();
    const turn = this.#last.then(() => this.#runAlone(jobId, deaths, action));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #runAlone<T>(jobId: string, deaths: number, action: () => Promise<T>): Promise<T> {
    const key = this.#keys.suspect(jobId);
    const isFirstTime = (await this.#redis.set(key, '1', 'PX', COUNT_TTL_MS, 'NX')) !== null;
    if (!isFirstTime) {
      throw new ServingError('engine-failed', `${deaths} workers in turn have died while they worked on this job, the last on it alone; it is not tried again.`);
    }
    try {
      return await action();
    } finally {
      await this.#redis.del(key);
    }
  }
}

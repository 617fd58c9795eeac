import type { Redis } from 'ioredis';
import type { InferenceJob } from '@switchyard/inference';
import { encodeJob } from './job-frame.js';
import { inferenceKeys, type InferenceKeys } from './keys.js';

/** The inputs of jobs, each one binary key beside its BullMQ job: inside the job they would be base64 and pass through its scripts. */
export class JobPayloads {
  readonly #redis: Redis;
  readonly #keys: InferenceKeys;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = inferenceKeys(prefix);
  }

  /** May be repeated. @param ttlMs how long the inputs live if nobody deletes them. */
  async store(job: InferenceJob, ttlMs: number): Promise<void> {
    await this.#redis.set(this.#keys.payload(job.id), encodeJob(job), 'PX', Math.ceil(ttlMs));
  }

  /** Reads, does not delete: should this process die, the next worker needs it again. Null when its time was over. */
  take(jobId: string): Promise<Buffer | null> {
    return this.#redis.getBuffer(this.#keys.payload(jobId));
  }

  async delete(jobId: string): Promise<void> {
    await this.#redis.del(this.keyOf(jobId));
  }

  /** What `delete` deletes, for whoever does it in a write of its own. */
  keyOf(jobId: string): string {
    return this.#keys.payload(jobId);
  }
}

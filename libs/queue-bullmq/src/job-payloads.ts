import type { Redis } from 'ioredis';
import type { InferenceJob } from '@switchyard/inference';
import { encodeJob, type QueuedJobData } from './job-frame.js';
import { inferenceKeys, type InferenceKeys } from './keys.js';
import { setPieces } from './set-pieces.js';

/**
 * Smaller inputs travel in the job itself, as base64: that saves a round trip before a row can run, and three commands. Larger ones
 * would pass through BullMQ's scripts a third longer than they are.
 */
const LARGEST_INLINE_BYTES = 8 * 1024;

/** Where the inputs of a job are. */
export interface PlacedInputs {
  /** What belongs into the job's data. */
  readonly data: Pick<QueuedJobData, 'inputs'>;
  /** Resolves when the rest is written. */
  readonly stored: Promise<unknown>;
}

/** The inputs of jobs: small ones in the BullMQ job, larger ones each a binary key beside it. */
export class JobPayloads {
  readonly #redis: Redis;
  readonly #keys: InferenceKeys;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = inferenceKeys(prefix);
  }

  /** May be repeated. What is written is on its way when this returns: a job that is added next on the same connection comes after it. @param ttlMs how long the inputs live if nobody deletes them. */
  place(job: InferenceJob, ttlMs: number): PlacedInputs {
    const pieces = encodeJob(job);
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes <= LARGEST_INLINE_BYTES) return { data: { inputs: Buffer.concat(pieces).toString('base64') }, stored: Promise.resolve() };
    return { data: {}, stored: setPieces(this.#redis, this.#keys.payload(job.id), pieces, ttlMs) };
  }

  /** Reads, does not delete: should this process die, the next worker needs it again. Null when its time was over. */
  async take(jobId: string, { inputs }: QueuedJobData): Promise<Buffer | null> {
    return inputs === undefined ? this.#redis.getBuffer(this.#keys.payload(jobId)) : Buffer.from(inputs, 'base64');
  }

  async delete(jobId: string): Promise<void> {
    await this.#redis.del(this.keyOf(jobId));
  }

  /** What `delete` deletes, for whoever does it in a write of its own. */
  keyOf(jobId: string): string {
    return this.#keys.payload(jobId);
  }
}

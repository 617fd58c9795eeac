import type { Redis } from 'ioredis';
import type { InferenceJob } from '@switchyard/inference';
import { inOneWrite } from './in-one-write.js';
import { encodeJob } from './job-frame.js';
import { inferenceKeys, type InferenceKeys } from './keys.js';

/** Counts once: a command that is sent again after a broken connection must not count its rows twice. */
const COUNT_AS_WAITING = `
if redis.call('SET', KEYS[1], 1, 'PX', ARGV[1], 'NX') then
  redis.call('HINCRBY', KEYS[2], ARGV[2], ARGV[3])
end`;

/** Marks in BullMQ's own hash of the job, which lives exactly as long as the job: however many workers die over it, its rows leave once. */
const COUNT_AS_TAKEN = `
if redis.call('EXISTS', KEYS[1]) == 1 and redis.call('HSETNX', KEYS[1], 'rowsTaken', 1) == 1 then
  redis.call('HINCRBY', KEYS[2], ARGV[1], '-' .. ARGV[2])
end`;

/** The scripts as ioredis has them once defined: only their digests travel. The inputs never pass through a script, which would copy them. */
interface CountingRedis extends Redis {
  countRowsWaiting(countedKey: string, rowsWaiting: string, ttlMs: number, model: string, rows: number): Promise<unknown>;
  countRowsTaken(queueKey: string, rowsWaiting: string, model: string, rows: number): Promise<unknown>;
}

/** A job as the count of rows waiting knows it. */
export interface CountedJob {
  readonly id: string;
  readonly model: string;
  readonly rows: number;
  /** Where BullMQ keeps the job (`toKey` of its queue). */
  readonly queueKey: string;
}

/** The inputs of jobs, each one binary key beside its BullMQ job, and the count of rows that no worker has taken yet. */
export class JobPayloads {
  readonly #redis: CountingRedis;
  readonly #keys: InferenceKeys;

  constructor(redis: Redis, prefix: string) {
    redis.defineCommand('countRowsWaiting', { numberOfKeys: 2, lua: COUNT_AS_WAITING });
    redis.defineCommand('countRowsTaken', { numberOfKeys: 2, lua: COUNT_AS_TAKEN });
    this.#redis = redis as CountingRedis;
    this.#keys = inferenceKeys(prefix);
  }

  /** May be repeated. @param ttlMs how long the inputs live if nobody deletes them. */
  async store(job: InferenceJob, ttlMs: number): Promise<void> {
    const lifeMs = Math.ceil(ttlMs);
    await inOneWrite(this.#redis, () => [
      this.#redis.countRowsWaiting(this.#keys.counted(job.id), this.#keys.rowsWaiting, lifeMs, job.model, job.rows),
      this.#redis.set(this.#keys.payload(job.id), encodeJob(job), 'PX', lifeMs),
    ]);
  }

  /** Reads, does not delete: should this process die, the next worker needs it again. Null when its time was over. */
  async take(job: CountedJob): Promise<Buffer | null> {
    const [frame] = await inOneWrite(this.#redis, () => [this.#redis.getBuffer(this.#keys.payload(job.id)), this.countAsTaken(job)]);
    return frame;
  }

  async countAsTaken({ queueKey, model, rows }: CountedJob): Promise<void> {
    await this.#redis.countRowsTaken(queueKey, this.#keys.rowsWaiting, model, rows);
  }

  async delete(jobId: string): Promise<void> {
    await this.#redis.del(...this.keysOf(jobId));
  }

  /** What `delete` deletes, for whoever does it in a write of its own. */
  keysOf(jobId: string): [inputs: string, counted: string] {
    return [this.#keys.payload(jobId), this.#keys.counted(jobId)];
  }
}

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { InferenceJob, InferenceJobs, InferRequest, JobState, Priority } from '@switchyard/inference';
import { awaitRedis, queueUnavailable } from './await-redis.js';
import { encodeJob } from './job-frame.js';
import type { JobRecords } from './job-records.js';
import { inferenceKeys, type InferenceKeys } from './keys.js';
import { ModelQueues } from './model-queues.js';

/** BullMQ runs jobs without a priority before all others; of the rest the lower number goes first. Sync loads have none. */
const BULLMQ_PRIORITY: Record<Priority, number> = { interactive: 0, normal: 10, bulk: 20 };
const SLACK_MS = 60 * 60 * 1000;

export interface BullmqJobsOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly records: JobRecords;
}

/** Asynchronous predictions on BullMQ: each its own durable job on the same queues as the sync ones, its state in a record. */
export class BullmqInferenceJobs implements InferenceJobs {
  readonly #redis: Redis;
  readonly #records: JobRecords;
  readonly #keys: InferenceKeys;
  readonly #queues: ModelQueues;

  constructor({ redis, prefix, records }: BullmqJobsOptions) {
    this.#redis = redis;
    this.#records = records;
    this.#keys = inferenceKeys(prefix);
    this.#queues = new ModelQueues(redis, prefix);
  }

  async submit(request: InferRequest, format: string): Promise<JobState> {
    await awaitRedis(this.#redis);
    const job = jobOf(request);
    const state: JobState = {
      id: job.id, model: job.model, version: job.version, status: 'queued', rows: job.rows, progress: 0, format,
      submittedAtMs: Date.now(), startedAtMs: null, endedAtMs: null, reply: null, error: null,
    };
    const ttlMs = Math.max(0, request.deadlineAtMs - state.submittedAtMs) + SLACK_MS;
    try {
      await this.#enqueue(job, state, ttlMs);
    } catch (error) {
      throw queueUnavailable(error);
    }
    return state;
  }

  find(id: string): Promise<JobState | null> {
    return this.#records.find(id);
  }

  async cancel(id: string): Promise<JobState | null> {
    const canceled = await this.#records.cancel(id);
    const state = await this.#records.find(id);
    if (canceled && state !== null) await this.#withdraw(state);
    return state;
  }

  close(): Promise<void> {
    return this.#queues.close();
  }

  /** All on one connection, in this order: no worker can take the job before its record and its inputs are there. */
  async #enqueue(job: InferenceJob, state: JobState, ttlMs: number): Promise<void> {
    const data = { model: job.model, rows: job.rows, answerTo: { record: job.id } };
    await Promise.all([
      this.#records.create(state, ttlMs),
      this.#redis.set(this.#keys.payload(job.id), encodeJob(job), 'PX', Math.ceil(ttlMs)),
      this.#redis.hincrby(this.#keys.rowsWaiting, job.model, job.rows),
      this.#queues.of(job.model).add('predict', data, { jobId: job.id, priority: BULLMQ_PRIORITY[job.priority] }),
    ]);
  }

  /** Takes a job that still waits off the queue; one that a worker holds ends there, unanswered. */
  async #withdraw({ id, model, rows, startedAtMs }: JobState): Promise<void> {
    const removed = await this.#queues.of(model).remove(id).catch(() => 0);
    if (removed === 0) return;
    await Promise.all([
      this.#redis.del(this.#keys.payload(id)),
      startedAtMs === null ? this.#redis.hincrby(this.#keys.rowsWaiting, model, -rows) : undefined,
    ]);
  }
}

function jobOf({ requestId, model, version, rows, deadlineAtMs, priority, inputs }: InferRequest): InferenceJob {
  return { id: randomUUID(), model, version, priority, rows, inputs, entries: [{ requestId, rows, deadlineAtMs }] };
}

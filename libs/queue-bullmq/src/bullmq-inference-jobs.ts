import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { ServingError } from '@switchyard/errors';
import type { IdempotencyKey, InferenceJob, InferenceJobs, InferRequest, JobState, Priority } from '@switchyard/inference';
import { JobPayloads } from './job-payloads.js';
import type { JobRecords } from './job-records.js';
import { ModelQueues } from './model-queues.js';
import { queueJobId } from './queue-job-id.js';
import { RedisReach } from './redis-reach.js';

/** BullMQ runs jobs without a priority before all others; of the rest the lower number goes first. Sync loads have none. */
const BULLMQ_PRIORITY: Record<Priority, number> = { interactive: 0, normal: 10, bulk: 20 };
const SLACK_MS = 60 * 60 * 1000;
/** Nobody waits for an asynchronous job: an object store that cannot keep its answer now is given four minutes to come back. */
const RETRIES: JobsOptions = { attempts: 9, backoff: { type: 'exponential', delay: 1_000 } };

export interface BullmqJobsOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly records: JobRecords;
}

/** Asynchronous predictions on BullMQ: each its own durable job on the same queues as the sync ones, its state in a record. */
export class BullmqInferenceJobs implements InferenceJobs {
  readonly #records: JobRecords;
  readonly #payloads: JobPayloads;
  readonly #queues: ModelQueues;
  readonly #reach: RedisReach;

  constructor({ redis, prefix, records }: BullmqJobsOptions) {
    this.#records = records;
    this.#payloads = new JobPayloads(redis, prefix);
    this.#queues = new ModelQueues(redis, prefix);
    this.#reach = new RedisReach(redis);
  }

  /** @throws ServingError `queue-unavailable`; after an outage in mid-submission the job may run all the same. */
  async submit(request: InferRequest, format: string): Promise<JobState> {
    const job = jobOf(request, randomUUID());
    const state = queuedState(job, format);
    const ttlMs = lifeMs(request, state);
    await this.#reach.during(() => Promise.all([this.#records.create(state, ttlMs), this.#enqueue(job, ttlMs)]));
    return state;
  }

  /** @throws ServingError `conflict`, `queue-unavailable`. */
  submitOnce(request: InferRequest, format: string, key: IdempotencyKey): Promise<{ state: JobState; isNew: boolean }> {
    return this.#reach.during(async () => {
      const fresh = queuedState(jobOf(request, randomUUID()), format);
      const ttlMs = lifeMs(request, fresh);
      const holder = await this.#records.createOnce(fresh, ttlMs, key);
      const isNew = holder.id === fresh.id;
      const state = isNew ? fresh : await this.#heldBy(holder, key);
      // Also for a repetition: the process that made the record may have died before the job was on the queue. What is there is not added twice.
      if (state.status === 'queued') await this.#enqueue(jobOf({ ...request, version: state.version }, state.id), ttlMs);
      return { state, isNew };
    });
  }

  find(id: string): Promise<JobState | null> {
    return this.#reach.during(() => this.#records.find(id));
  }

  cancel(id: string): Promise<JobState | null> {
    return this.#reach.during(async () => {
      const canceled = await this.#records.cancel(id);
      const state = await this.#records.find(id);
      if (canceled && state !== null) await this.#withdraw(state);
      return state;
    });
  }

  async close(): Promise<void> {
    this.#reach.close();
    await this.#queues.close();
  }

  async #heldBy(holder: { readonly id: string; readonly digest: string }, { key, digest }: IdempotencyKey): Promise<JobState> {
    if (holder.digest !== digest) throw new ServingError('conflict', `The idempotency key "${key}" was used for another submission; a new key is expected.`);
    const state = await this.#records.find(holder.id);
    if (state === null) throw new ServingError('conflict', `The idempotency key "${key}" was used for job "${holder.id}", whose result has expired; a new key is expected.`);
    return state;
  }

  /** After its record, and all on one connection, in this order: no worker can take the job before its record and its inputs are there. */
  async #enqueue(job: InferenceJob, ttlMs: number): Promise<void> {
    const inputs = this.#payloads.place(job, ttlMs);
    const data = { model: job.model, rows: job.rows, answerTo: { record: job.id }, ...inputs.data };
    await Promise.all([
      inputs.stored,
      this.#queues.of(job.model).add('predict', data, { ...RETRIES, jobId: queueJobId(job), priority: BULLMQ_PRIORITY[job.priority] }),
    ]);
  }

  /** Takes a job that still waits off the queue; one that a worker holds ends there, unanswered. */
  async #withdraw({ id, model, rows }: JobState): Promise<void> {
    const removed = await this.#queues.of(model).remove(queueJobId({ id, rows })).catch(() => 0);
    if (removed > 0) await this.#payloads.delete(id);
  }
}

function queuedState({ id, model, version, rows }: InferenceJob, format: string): JobState {
  return { id, model, version, status: 'queued', rows, progress: 0, format, submittedAtMs: Date.now(), startedAtMs: null, endedAtMs: null, reply: null, error: null };
}

function lifeMs({ deadlineAtMs }: InferRequest, { submittedAtMs }: JobState): number {
  return Math.max(0, deadlineAtMs - submittedAtMs) + SLACK_MS;
}

function jobOf({ requestId, model, version, rows, deadlineAtMs, priority, inputs }: InferRequest, id: string): InferenceJob {
  return { id, model, version, priority, rows, inputs, entries: [{ requestId, rows, deadlineAtMs }] };
}

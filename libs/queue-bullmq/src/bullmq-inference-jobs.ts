import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { InferenceJob, InferenceJobs, InferRequest, JobState, Priority } from '@switchyard/inference';
import { JobPayloads } from './job-payloads.js';
import type { JobRecords } from './job-records.js';
import { ModelQueues } from './model-queues.js';
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
    const job = jobOf(request);
    const state: JobState = {
      id: job.id, model: job.model, version: job.version, status: 'queued', rows: job.rows, progress: 0, format,
      submittedAtMs: Date.now(), startedAtMs: null, endedAtMs: null, reply: null, error: null,
    };
    const ttlMs = Math.max(0, request.deadlineAtMs - state.submittedAtMs) + SLACK_MS;
    await this.#reach.during(() => this.#enqueue(job, state, ttlMs));
    return state;
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

  /** All on one connection, in this order: no worker can take the job before its record and its inputs are there. */
  async #enqueue(job: InferenceJob, state: JobState, ttlMs: number): Promise<void> {
    const data = { model: job.model, rows: job.rows, answerTo: { record: job.id } };
    await Promise.all([
      this.#records.create(state, ttlMs),
      this.#payloads.store(job, ttlMs),
      this.#queues.of(job.model).add('predict', data, { ...RETRIES, jobId: job.id, priority: BULLMQ_PRIORITY[job.priority] }),
    ]);
  }

  /** Takes a job that still waits off the queue; one that a worker holds ends there, unanswered. */
  async #withdraw({ id, model, rows }: JobState): Promise<void> {
    const queue = this.#queues.of(model);
    await this.#payloads.countAsTaken({ id, model, rows, queueKey: queue.toKey(id) });
    const removed = await queue.remove(id).catch(() => 0);
    if (removed > 0) await this.#payloads.delete(id);
  }
}

function jobOf({ requestId, model, version, rows, deadlineAtMs, priority, inputs }: InferRequest): InferenceJob {
  return { id: randomUUID(), model, version, priority, rows, inputs, entries: [{ requestId, rows, deadlineAtMs }] };
}

import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { Convoys, coupleJob, loadKey } from '@switchyard/coupling';
import { ServingError } from '@switchyard/errors';
import type { IdempotencyKey, InferenceJobs, InferRequest, JobState, Priority } from '@switchyard/inference';
import { byteCount } from '@switchyard/tensor';
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
  /** Of jobs that share one of the queue. */
  readonly maxJobRows: number;
  readonly maxJobBytes: number;
}

interface JobSubmission {
  readonly request: InferRequest;
  readonly state: JobState;
}

/** Asynchronous predictions on BullMQ: durable jobs on the same queues as the sync ones, each with a record of its own; those submitted at once share a job of the queue. */
export class BullmqInferenceJobs implements InferenceJobs {
  readonly #records: JobRecords;
  readonly #payloads: JobPayloads;
  readonly #queues: ModelQueues;
  readonly #reach: RedisReach;
  readonly #convoys: Convoys<JobSubmission>;

  constructor({ redis, prefix, records, maxJobRows, maxJobBytes }: BullmqJobsOptions) {
    this.#records = records;
    this.#payloads = new JobPayloads(redis, prefix);
    this.#queues = new ModelQueues(redis, prefix);
    this.#reach = new RedisReach(redis);
    this.#convoys = new Convoys({ send: (load) => this.#submitLoad(load), maxRows: maxJobRows, maxBytes: maxJobBytes });
  }

  /** @throws ServingError `queue-unavailable`; after an outage in mid-submission the job may run all the same. */
  async submit(request: InferRequest, format: string): Promise<JobState> {
    const submission = { request, state: queuedState(request, randomUUID(), format) };
    await this.#convoys.submit(submission, { key: loadKey(request), rows: request.rows, bytes: byteCount(request.inputs) });
    return submission.state;
  }

  /** @throws ServingError `conflict`, `queue-unavailable`. */
  submitOnce(request: InferRequest, format: string, key: IdempotencyKey): Promise<{ state: JobState; isNew: boolean }> {
    return this.#reach.during(async () => {
      const fresh = queuedState(request, randomUUID(), format);
      const holder = await this.#records.createOnce(fresh, lifeMs(request, fresh), key);
      const isNew = holder.id === fresh.id;
      const state = isNew ? fresh : await this.#heldBy(holder, key);
      // Also for a repetition: the process that made the record may have died before the job was on the queue. What is there is not added twice.
      if (state.status === 'queued') await this.#enqueue([{ request: { ...request, version: state.version }, state }]);
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

  #submitLoad(load: readonly JobSubmission[]): Promise<void> {
    return this.#reach.during(async () => {
      await Promise.all([...load.map(({ request, state }) => this.#records.create(state, lifeMs(request, state))), this.#enqueue(load)]);
    });
  }

  /**
   * One job of the queue for all: the queue's cost is per job, and higher than that of a row. One that comes alone goes by its own id, so
   * that it can be withdrawn, and is never there twice. After the records, and all on one connection, in this order: no worker can take
   * the job before its records and its inputs are there.
   */
  async #enqueue(load: readonly JobSubmission[]): Promise<void> {
    const records = load.map(({ state }) => state.id);
    const job = coupleJob(load.length === 1 ? (records[0] as string) : randomUUID(), load.map(({ request }) => request));
    const inputs = this.#payloads.place(job, Math.max(...load.map(({ request, state }) => lifeMs(request, state))));
    const data = { model: job.model, rows: job.rows, answerTo: { records }, ...inputs.data };
    await Promise.all([
      inputs.stored,
      this.#queues.of(job).add('predict', data, { ...RETRIES, jobId: queueJobId(job), priority: BULLMQ_PRIORITY[job.priority] }),
    ]);
  }

  /** Takes a job that still waits off the queue; one that a worker holds, or that shares a load, ends there, unanswered. */
  async #withdraw({ id, model, rows }: JobState): Promise<void> {
    const removed = await Promise.all(this.#queues.allOf(model).map((queue) => queue.remove(queueJobId({ id, rows })).catch(() => 0)));
    if (removed.some((count) => count > 0)) await this.#payloads.delete(id);
  }
}

function queuedState({ model, version, rows }: InferRequest, id: string, format: string): JobState {
  return { id, model, version, status: 'queued', rows, progress: 0, format, submittedAtMs: Date.now(), startedAtMs: null, endedAtMs: null, reply: null, error: null };
}

function lifeMs({ deadlineAtMs }: InferRequest, { submittedAtMs }: JobState): number {
  return Math.max(0, deadlineAtMs - submittedAtMs) + SLACK_MS;
}

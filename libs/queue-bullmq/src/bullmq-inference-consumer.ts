import { Worker, isNotConnectionError, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { toServingError } from '@switchyard/errors';
import type { InferenceConsumer, InferenceJob, InferenceReply } from '@switchyard/inference';
import { inOneWrite } from './in-one-write.js';
import { decodeJob, encodeAnswer, type JobAnswer, type QueuedJobData } from './job-frame.js';
import { JobPayloads } from './job-payloads.js';
import type { JobRecords } from './job-records.js';
import { inferenceQueueNames } from './keys.js';
import { jobIdOf } from './queue-job-id.js';
import { RecordedJobs } from './recorded-jobs.js';
import { SuspectJobs } from './suspect-jobs.js';

/** A dead worker is noticed when its lock expires; callers wait seconds, not the half minute of BullMQ's defaults. */
const LOCK_DURATION_MS = 5_000;
const STALLED_INTERVAL_MS = 1_000;
/** No limit: BullMQ would give up every job that was in hand at a crash together with the one that caused it. `SuspectJobs` decides. */
const MAX_STALLED_COUNT = Number.MAX_SAFE_INTEGER;
/** An answer for an api process that has died goes away by itself. */
const REPLY_TTL_MS = 60_000;

type Handler = (job: InferenceJob) => Promise<InferenceReply>;
type QueuedJob = Job<QueuedJobData>;

export interface BullmqConsumerOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly records: JobRecords;
  readonly onError?: (error: unknown) => void;
}

/** Takes inference jobs from BullMQ, several at a time, and delivers their answers before the job counts as done. */
export class BullmqInferenceConsumer implements InferenceConsumer {
  readonly #options: BullmqConsumerOptions;
  readonly #payloads: JobPayloads;
  readonly #suspects: SuspectJobs;
  readonly #recorded: RecordedJobs;
  readonly #workers = new Set<Worker<QueuedJobData>>();

  constructor(options: BullmqConsumerOptions) {
    this.#options = options;
    this.#payloads = new JobPayloads(options.redis, options.prefix);
    this.#suspects = new SuspectJobs(options.redis, options.prefix);
    this.#recorded = new RecordedJobs({ records: options.records, payloads: this.#payloads, suspects: this.#suspects });
  }

  consume(model: string, handler: Handler, options: { readonly maxJobs: number }): () => Promise<void> {
    const workers = inferenceQueueNames(model).map((name) => this.#openWorker(name, handler, options));
    return async () => {
      for (const worker of workers) this.#workers.delete(worker);
      await Promise.all(workers.map((worker) => this.#closeWorker(worker)));
    };
  }

  #openWorker(queueName: string, handler: Handler, { maxJobs }: { readonly maxJobs: number }): Worker<QueuedJobData> {
    const worker: Worker<QueuedJobData> = new Worker(queueName, (job: QueuedJob) => this.#process(job, handler), {
      connection: this.#options.redis, // BullMQ copies it for the blocking read, and closes the copy
      prefix: this.#options.prefix,
      concurrency: maxJobs,
      lockDuration: LOCK_DURATION_MS,
      stalledInterval: STALLED_INTERVAL_MS,
      maxStalledCount: MAX_STALLED_COUNT,
      runRetryDelay: 200,
    });
    worker.on('error', (error) => this.#report(error));
    worker.on('failed', (job, error) => void this.#giveUp(job, error));
    this.#workers.add(worker);
    return worker;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => this.#closeWorker(worker)));
    this.#workers.clear();
  }

  /** Waits for the jobs in hand; without Redis they cannot be answered, so they are left to their locks. */
  #closeWorker(worker: Worker<QueuedJobData>): Promise<void> {
    return worker.close(this.#options.redis.status !== 'ready');
  }

  /** Failures of the engine are answers; it throws only when the answer of an asynchronous job could not be kept. */
  async #process(queued: QueuedJob, handler: Handler): Promise<void> {
    const { answerTo } = queued.data;
    const id = idOf(queued);
    if ('records' in answerTo) return this.#recorded.run({ id, data: queued.data, records: answerTo.records, deaths: queued.stalledCounter }, handler);
    const frame = await this.#payloads.take(id, queued.data);
    if (frame === null) return; // answered already, or Redis has lost the inputs: then its sender, who still has them, sends it again
    this.#reply(queued, answerTo.replies, encodeAnswer(id, await this.#answer(queued, frame, handler)));
  }

  async #answer(queued: QueuedJob, frame: Buffer, handler: Handler): Promise<JobAnswer> {
    const jobId = idOf(queued);
    try {
      return { reply: await this.#suspects.run(jobId, queued.stalledCounter, () => handler(decodeJob(jobId, frame))) };
    } catch (error) {
      return { error: toServingError(error) };
    }
  }

  /**
   * Not waited for: BullMQ ends the job on this same connection, so Redis has the answer before. One that Redis refuses is missed by the
   * process that waits for it, which sends its job again.
   */
  #reply({ id, data }: QueuedJob, replies: string, answer: Buffer): void {
    const { redis } = this.#options;
    inOneWrite<unknown[]>(redis, () => [
      redis.rpush(replies, answer),
      redis.pexpire(replies, REPLY_TTL_MS),
      ...(data.inputs === undefined ? [redis.del(this.#payloads.keyOf(jobIdOf(id as string)))] : []),
    ]).catch((error: unknown) => this.#report(error));
  }

  /** A job whose answer could not be delivered, with no attempt left: says so, as the failure itself is small enough to keep. */
  async #giveUp(queued: QueuedJob | undefined, cause: Error): Promise<void> {
    this.#report(cause);
    if (queued?.finishedOn === undefined) return;
    const { answerTo } = queued.data;
    const error = toServingError(cause);
    if ('replies' in answerTo) this.#reply(queued, answerTo.replies, encodeAnswer(idOf(queued), { error }));
    else await this.#recorded.fail(answerTo.records, error).then(() => this.#payloads.delete(idOf(queued))).catch((failure: unknown) => this.#report(failure));
  }

  /** Every connection of every queue would repeat that Redis is away; the service's own connection has said it. */
  #report(error: unknown): void {
    if (!(error instanceof Error) || isNotConnectionError(error)) this.#options.onError?.(error);
  }
}

function idOf(queued: QueuedJob): string {
  return jobIdOf(queued.id as string);
}

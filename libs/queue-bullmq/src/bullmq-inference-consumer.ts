import { Worker, type Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { ServingError, toServingError } from '@switchyard/errors';
import type { InferenceConsumer, InferenceJob, InferenceReply } from '@switchyard/inference';
import { decodeJob, encodeAnswer, type JobAnswer, type QueuedJobData } from './job-frame.js';
import type { JobRecords } from './job-records.js';
import { inferenceKeys, inferenceQueueName, type InferenceKeys } from './keys.js';

/** A dead worker is noticed when its lock expires; callers wait seconds, not the half minute of BullMQ's defaults. */
const LOCK_DURATION_MS = 5_000;
const STALLED_INTERVAL_MS = 2_000;
/** A job that has taken this many workers along is not given to another one. */
const MAX_STALLED_COUNT = 3;
/** An answer for an api process that has died goes away by itself. */
const REPLY_TTL_MS = 60_000;

type Handler = (job: InferenceJob) => Promise<InferenceReply>;

export interface BullmqConsumerOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly records: JobRecords;
  readonly onError?: (error: unknown) => void;
}

/** Takes inference jobs from BullMQ, several at a time, and delivers their answers before the job counts as done. */
export class BullmqInferenceConsumer implements InferenceConsumer {
  readonly #options: BullmqConsumerOptions;
  readonly #keys: InferenceKeys;
  readonly #workers = new Set<Worker<QueuedJobData>>();

  constructor(options: BullmqConsumerOptions) {
    this.#options = options;
    this.#keys = inferenceKeys(options.prefix);
  }

  consume(model: string, handler: Handler, { maxJobs }: { readonly maxJobs: number }): () => Promise<void> {
    const worker = new Worker<QueuedJobData>(inferenceQueueName(model), (job) => this.#process(job, handler), {
      connection: this.#options.redis, // BullMQ copies it for the blocking read, and closes the copy
      prefix: this.#options.prefix,
      concurrency: maxJobs,
      lockDuration: LOCK_DURATION_MS,
      stalledInterval: STALLED_INTERVAL_MS,
      maxStalledCount: MAX_STALLED_COUNT,
      runRetryDelay: 200,
    });
    worker.on('error', (error) => this.#options.onError?.(error));
    // Only jobs that BullMQ itself gives up (stalled too often) come here: failures of the engine are answers.
    worker.on('failed', (job, error) => void this.#giveUp(job, error));
    this.#workers.add(worker);
    return async () => {
      this.#workers.delete(worker);
      await worker.close();
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#workers.clear();
  }

  async #process(queued: Job<QueuedJobData>, handler: Handler): Promise<void> {
    const jobId = queued.id as string;
    const frame = await this.#takePayload(queued, jobId);
    if ('record' in queued.data.answerTo && !(await this.#options.records.start(jobId))) return;
    await this.#deliver(queued, jobId, await this.#answer(jobId, frame, handler));
  }

  /** Reads, does not remove: should this process die, the next worker needs it again. */
  async #takePayload(queued: Job<QueuedJobData>, jobId: string): Promise<Buffer | null> {
    const isFirstTake = queued.attemptsStarted === 1 && queued.stalledCounter === 0;
    const [frame] = await Promise.all([
      this.#options.redis.getBuffer(this.#keys.payload(jobId)),
      isFirstTake ? this.#options.redis.hincrby(this.#keys.rowsWaiting, queued.data.model, -queued.data.rows) : undefined,
    ]);
    return frame;
  }

  async #answer(jobId: string, frame: Buffer | null, handler: Handler): Promise<JobAnswer> {
    if (frame === null) return { error: new ServingError('deadline-exceeded', 'The inputs of the job are gone: its time was over before a worker was free.') };
    try {
      return { reply: await handler(decodeJob(jobId, frame)) };
    } catch (error) {
      return { error: toServingError(error) };
    }
  }

  async #deliver(queued: Job<QueuedJobData>, jobId: string, answer: JobAnswer): Promise<void> {
    const { answerTo } = queued.data;
    if ('record' in answerTo) {
      await this.#options.records.end(jobId, answer);
      return;
    }
    await this.#options.redis
      .pipeline()
      .rpush(answerTo.replies, encodeAnswer(jobId, answer))
      .pexpire(answerTo.replies, REPLY_TTL_MS)
      .del(this.#keys.payload(jobId))
      .exec();
  }

  async #giveUp(queued: Job<QueuedJobData> | undefined, cause: Error): Promise<void> {
    this.#options.onError?.(cause);
    if (queued?.id === undefined) return;
    const error = new ServingError('engine-failed', 'The workers that took this job died of it; it is not tried again.', { cause });
    await this.#deliver(queued, queued.id, { error }).catch((failure: unknown) => this.#options.onError?.(failure));
  }
}

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { ServingError } from '@switchyard/errors';
import type { InferenceJob, InferenceQueue, InferenceReply } from '@switchyard/inference';
import { awaitRedis, queueUnavailable } from './await-redis.js';
import { encodeJob, type JobAnswer } from './job-frame.js';
import { inferenceKeys, type InferenceKeys } from './keys.js';
import { ModelQueues } from './model-queues.js';
import { ReplyInbox } from './reply-inbox.js';

/** Replies may come this much after the last deadline and still find their caller. */
const REPLY_GRACE_MS = 500;
/** Payloads outlive their job by this much, so that a retry after a crash still finds them. */
const PAYLOAD_SLACK_MS = 60_000;

export interface BullmqQueueOptions {
  readonly redis: Redis;
  readonly prefix: string;
}

/** Sync predictions on BullMQ: one durable job per coupled load, its rows in one binary key, its answer through the reply list. */
export class BullmqInferenceQueue implements InferenceQueue {
  readonly #redis: Redis;
  readonly #keys: InferenceKeys;
  readonly #queues: ModelQueues;
  readonly #inbox: ReplyInbox;
  readonly #repliesKey: string;

  constructor({ redis, prefix }: BullmqQueueOptions) {
    this.#redis = redis;
    this.#keys = inferenceKeys(prefix);
    this.#queues = new ModelQueues(redis, prefix);
    this.#repliesKey = this.#keys.replies(randomUUID());
    this.#inbox = new ReplyInbox(redis, this.#repliesKey);
  }

  async request(job: InferenceJob): Promise<InferenceReply> {
    await awaitRedis(this.#redis);
    return new Promise<InferenceReply>((resolve, reject) => {
      const settle = (answer: JobAnswer): void => {
        clearTimeout(timer);
        this.#inbox.forget(job.id);
        if ('reply' in answer) resolve(answer.reply);
        else reject(answer.error);
      };
      const lastDeadlineAtMs = Math.max(...job.entries.map((entry) => entry.deadlineAtMs));
      const waitMs = Math.max(0, lastDeadlineAtMs - Date.now()) + REPLY_GRACE_MS;
      const timer = setTimeout(() => settle({ error: new ServingError('deadline-exceeded', `Model "${job.model}" did not answer before the deadline.`) }), waitMs);
      this.#inbox.expect(job.id, settle);
      this.#send(job, waitMs + PAYLOAD_SLACK_MS).catch((error: unknown) => settle({ error: queueUnavailable(error) }));
    });
  }

  async close(): Promise<void> {
    this.#inbox.close();
    await this.#queues.close();
  }

  async #send(job: InferenceJob, payloadTtlMs: number): Promise<void> {
    const data = { model: job.model, rows: job.rows, answerTo: { replies: this.#repliesKey } };
    await Promise.all([
      this.#redis.set(this.#keys.payload(job.id), encodeJob(job), 'PX', Math.ceil(payloadTtlMs)),
      this.#redis.hincrby(this.#keys.rowsWaiting, job.model, job.rows),
      this.#queues.of(job.model).add('predict', data, { jobId: job.id }),
    ]);
  }
}

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { ServingError } from '@switchyard/errors';
import type { InferenceJob, InferenceQueue, InferenceReply } from '@switchyard/inference';
import type { JobAnswer } from './job-frame.js';
import { JobPayloads } from './job-payloads.js';
import { inferenceKeys } from './keys.js';
import { ModelQueues } from './model-queues.js';
import { queueJobId } from './queue-job-id.js';
import { RedisReach, queueUnavailable } from './redis-reach.js';
import { ReplyInbox } from './reply-inbox.js';

/** Replies may come this much after the last deadline and still find their caller. */
const REPLY_GRACE_MS = 500;
/** Payloads outlive their job by this much, so that a retry after a crash still finds them. */
const PAYLOAD_SLACK_MS = 60_000;
/** Answers take milliseconds; a job that takes this long may have been lost by Redis without a word (flushed, or failed over to a replica). */
const RESEND_INTERVAL_MS = 5_000;

export interface BullmqQueueOptions {
  readonly redis: Redis;
  readonly prefix: string;
}

/** A job whose caller waits. */
interface Outstanding {
  readonly job: InferenceJob;
  readonly settle: (answer: JobAnswer) => void;
  readonly sinceMs: number;
}

/**
 * Sync predictions on BullMQ: one durable job per coupled load, its rows as bytes, its answer through the reply list.
 *
 * What waits for an answer is sent again after every interruption of Redis, which may have come back without it, and now and then;
 * a job that is still there is not added twice, one that runs twice is answered once. An outage longer than a moment ends the wait.
 */
export class BullmqInferenceQueue implements InferenceQueue {
  readonly #payloads: JobPayloads;
  readonly #queues: ModelQueues;
  readonly #reach: RedisReach;
  readonly #inbox: ReplyInbox;
  readonly #repliesKey: string;
  readonly #outstanding = new Map<string, Outstanding>();
  readonly #resendTimer: NodeJS.Timeout;

  constructor({ redis, prefix }: BullmqQueueOptions) {
    this.#payloads = new JobPayloads(redis, prefix);
    this.#queues = new ModelQueues(redis, prefix);
    this.#repliesKey = inferenceKeys(prefix).replies(randomUUID());
    this.#inbox = new ReplyInbox({ redis, key: this.#repliesKey, onAnswer: (id, answer) => this.#outstanding.get(id)?.settle(answer) });
    this.#reach = new RedisReach(redis);
    this.#reach.onReturn(() => this.#sendAgain(0));
    this.#reach.onAway((error) => this.#failAll(error));
    this.#resendTimer = setInterval(() => this.#sendAgain(RESEND_INTERVAL_MS), RESEND_INTERVAL_MS);
  }

  async request(job: InferenceJob): Promise<InferenceReply> {
    await this.#reach.reachable();
    return new Promise<InferenceReply>((resolve, reject) => {
      const settle = (answer: JobAnswer): void => {
        clearTimeout(timer);
        this.#outstanding.delete(job.id);
        if ('reply' in answer) resolve(answer.reply);
        else reject(answer.error);
      };
      const timer = setTimeout(() => settle({ error: deadlineExceeded(job) }), timeLeftMs(job) + REPLY_GRACE_MS);
      const waiting = { job, settle, sinceMs: performance.now() };
      this.#outstanding.set(job.id, waiting);
      this.#send(waiting);
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#resendTimer);
    this.#reach.close(); // answers those who still wait
    this.#inbox.close();
    await this.#queues.close();
  }

  /** A job that is answered in this very moment would be run once more, so that those which have just left are passed over. */
  #sendAgain(minAgeMs: number): void {
    const beforeMs = performance.now() - minAgeMs;
    for (const waiting of this.#outstanding.values()) if (waiting.sinceMs <= beforeMs) this.#send(waiting);
  }

  #failAll(error: ServingError): void {
    for (const { settle } of [...this.#outstanding.values()]) settle({ error });
  }

  /** Both on one connection, in this order: no worker can take the job before its inputs are there. */
  #send({ job, settle }: Outstanding): void {
    const inputs = this.#payloads.place(job, timeLeftMs(job) + PAYLOAD_SLACK_MS);
    const data = { model: job.model, rows: job.rows, answerTo: { replies: this.#repliesKey }, ...inputs.data };
    Promise.all([inputs.stored, this.#queues.of(job).add('predict', data, { jobId: queueJobId(job) })]).catch((cause: unknown) => settle({ error: queueUnavailable(cause) }));
  }
}

function deadlineExceeded({ model }: InferenceJob): ServingError {
  return new ServingError('deadline-exceeded', `Model "${model}" did not answer before the deadline.`);
}

function timeLeftMs({ entries }: InferenceJob): number {
  return Math.max(0, Math.max(...entries.map(({ deadlineAtMs }) => deadlineAtMs)) - Date.now());
}

import type { Redis } from 'ioredis';
import { decodeAnswer, type JobAnswer } from './job-frame.js';

/** Long enough to cost nothing while idle, short enough that `close` need not wait for it. */
const BLOCK_SECONDS = 5;
const MAX_REPLIES_PER_READ = 128;
const RETRY_DELAY_MS = 200;

export interface ReplyInboxOptions {
  /** Connection to copy: a blocking read needs one of its own. */
  readonly redis: Redis;
  /** The list in Redis to which workers push answers. */
  readonly key: string;
  readonly onAnswer: (jobId: string, answer: JobAnswer) => void;
}

/** The one blocking reader of an api process. (BullMQ's `waitUntilFinished` would stream every event of every job to every api process.) */
export class ReplyInbox {
  readonly #options: ReplyInboxOptions;
  readonly #reader: Redis;
  #closed = false;

  constructor(options: ReplyInboxOptions) {
    this.#options = options;
    this.#reader = options.redis.duplicate();
    this.#reader.on('error', () => undefined); // it reconnects by itself; the shared connection reports outages
    void this.#read();
  }

  close(): void {
    this.#closed = true;
    this.#reader.disconnect();
  }

  async #read(): Promise<void> {
    while (!this.#closed) {
      const popped = await this.#reader.blmpopBuffer(BLOCK_SECONDS, 1, this.#options.key, 'LEFT', 'COUNT', MAX_REPLIES_PER_READ).catch(() => undefined);
      if (popped === undefined && !this.#closed) await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      for (const frame of popped?.[1] ?? []) {
        const { id, answer } = decodeAnswer(frame);
        this.#options.onAnswer(id, answer);
      }
    }
  }
}

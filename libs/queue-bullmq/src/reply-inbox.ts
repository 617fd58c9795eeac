import type { Redis } from 'ioredis';
import { decodeAnswer, type JobAnswer } from './job-frame.js';

/** Long enough to cost nothing while idle, short enough that `close` need not wait for it. */
const BLOCK_SECONDS = 5;
const MAX_REPLIES_PER_READ = 128;
const RETRY_DELAY_MS = 200;

/**
 * The one blocking reader of an api process: a list in Redis to which workers push answers. (BullMQ's `waitUntilFinished` would
 * stream every event of every job to every api process.) An answer nobody waits for any more is dropped.
 */
export class ReplyInbox {
  readonly #reader: Redis;
  readonly #key: string;
  readonly #expected = new Map<string, (answer: JobAnswer) => void>();
  #closed = false;

  /** @param redis connection to copy: a blocking read needs one of its own. */
  constructor(redis: Redis, key: string) {
    this.#reader = redis.duplicate();
    this.#reader.on('error', () => undefined); // it reconnects by itself; the shared connection reports outages
    this.#key = key;
    void this.#read();
  }

  expect(jobId: string, onAnswer: (answer: JobAnswer) => void): void {
    this.#expected.set(jobId, onAnswer);
  }

  forget(jobId: string): void {
    this.#expected.delete(jobId);
  }

  close(): void {
    this.#closed = true;
    this.#reader.disconnect();
  }

  async #read(): Promise<void> {
    while (!this.#closed) {
      const popped = await this.#reader.blmpopBuffer(BLOCK_SECONDS, 1, this.#key, 'LEFT', 'COUNT', MAX_REPLIES_PER_READ).catch(() => undefined);
      if (popped === undefined && !this.#closed) await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      for (const frame of popped?.[1] ?? []) this.#deliver(frame);
    }
  }

  #deliver(frame: Buffer): void {
    const { id, answer } = decodeAnswer(frame);
    const onAnswer = this.#expected.get(id);
    this.#expected.delete(id);
    onAnswer?.(answer);
  }
}

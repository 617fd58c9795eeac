import type { Redis } from 'ioredis';
import type { JobNotices } from '@switchyard/inference';
import { inferenceKeys, type InferenceKeys } from './keys.js';

/**
 * Notices through Redis's publish and subscribe: the script that changes a job's record publishes on the record's channel.
 * One connection per process, opened for the first listener, subscribed to the jobs that are listened to and no others.
 */
export class RedisJobNotices implements JobNotices {
  readonly #redis: Redis;
  readonly #keys: InferenceKeys;
  readonly #listeners = new Map<string, Set<() => void>>();
  #subscriber: Redis | undefined;
  #closed = false;

  /** @param redis connection to copy: one that subscribes can do nothing else */
  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = inferenceKeys(prefix);
  }

  async listen(jobId: string, listener: () => void): Promise<() => void> {
    if (this.#closed) return () => undefined;
    const channel = this.#keys.record(jobId);
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(listener));
    await this.#connection().subscribe(channel); // for whoever comes second too: the first one's may still be on its way
    return () => this.#leave(channel, listener);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#listeners.clear();
    this.#subscriber?.disconnect();
    return Promise.resolve();
  }

  #connection(): Redis {
    if (this.#subscriber !== undefined) return this.#subscriber;
    const subscriber = (this.#subscriber = this.#redis.duplicate());
    subscriber.on('error', () => undefined); // it reconnects by itself; the shared connection reports outages
    subscriber.on('message', (channel: string) => {
      for (const listener of [...(this.#listeners.get(channel) ?? [])]) listener();
    });
    return subscriber;
  }

  #leave(channel: string, listener: () => void): void {
    const listeners = this.#listeners.get(channel);
    if (listeners === undefined || !listeners.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(channel);
    void this.#subscriber?.unsubscribe(channel).catch(() => undefined);
  }
}

import type { Redis } from 'ioredis';
import { ServingError, toServingError } from '@switchyard/errors';

/** A restart of Redis takes about this long; whoever would have to wait longer is told to come back. */
const GRACE_MS = 2_000;

type State = 'reachable' | 'interrupted' | 'away';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: ServingError) => void;
}

/**
 * Gives operations on a Redis connection the end that the connection does not: while Redis is away, a command waits for it without limit.
 * `reachable → interrupted → reachable`, or after a grace counted from the start of the outage `interrupted → away → reachable`.
 */
export class RedisReach {
  readonly #redis: Redis;
  readonly #waiters = new Set<Waiter>();
  readonly #awayListeners = new Set<(error: ServingError) => void>();
  readonly #returnListeners = new Set<() => void>();
  #state: State = 'reachable';
  #graceTimer: NodeJS.Timeout | undefined;
  readonly #onReady = (): void => this.#enter('reachable');
  readonly #onClose = (): void => {
    if (this.#state === 'reachable') this.#enter('interrupted');
  };

  constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('ready', this.#onReady);
    redis.on('close', this.#onClose);
    if (redis.status !== 'ready') this.#enter('interrupted');
  }

  /** Resolves as soon as Redis can be reached. @throws ServingError `queue-unavailable` once the grace is over. */
  reachable(): Promise<void> {
    if (this.#state === 'reachable') return Promise.resolve();
    if (this.#state === 'away') return Promise.reject(queueUnavailable());
    return new Promise((resolve, reject) => this.#waiters.add({ resolve, reject }));
  }

  /**
   * Runs `operation`, which may still take effect after this has given up on it.
   * @throws ServingError `queue-unavailable` when Redis is away, goes away meanwhile, or refuses; a ServingError of `operation` as it is.
   */
  async during<T>(operation: () => Promise<T>): Promise<T> {
    await this.reachable();
    let stopListening!: () => void;
    const lost = new Promise<never>((_, reject) => (stopListening = this.onAway(reject)));
    return Promise.race([operation(), lost])
      .catch((thrown: unknown) => {
        throw toServingError(thrown, 'queue-unavailable', queueUnavailable().message);
      })
      .finally(stopListening);
  }

  /** Called when an outage has outlasted the grace; the returned function ends it. */
  onAway(listener: (error: ServingError) => void): () => void {
    this.#awayListeners.add(listener);
    return () => this.#awayListeners.delete(listener);
  }

  /** Called after every interruption, however short: what was under way may be lost. */
  onReturn(listener: () => void): () => void {
    this.#returnListeners.add(listener);
    return () => this.#returnListeners.delete(listener);
  }

  close(): void {
    this.#redis.off('ready', this.#onReady);
    this.#redis.off('close', this.#onClose);
    this.#enter('away');
  }

  #enter(state: State): void {
    clearTimeout(this.#graceTimer);
    const before = this.#state;
    this.#state = state;
    if (state === 'interrupted') this.#graceTimer = setTimeout(() => this.#enter('away'), GRACE_MS);
    if (state === 'reachable' && before !== 'reachable') for (const listener of this.#returnListeners) listener();
    if (state === 'away') for (const listener of this.#awayListeners) listener(queueUnavailable());
    if (state !== 'interrupted') this.#settleWaiters();
  }

  #settleWaiters(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const { resolve, reject } of waiters) {
      if (this.#state === 'reachable') resolve();
      else reject(queueUnavailable());
    }
  }
}

export function queueUnavailable(cause?: unknown): ServingError {
  return new ServingError('queue-unavailable', 'The queue cannot be reached; please try again shortly.', { cause, retryAfterMs: 2_000 });
}

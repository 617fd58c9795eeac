import type { Clock } from '@switchyard/clock';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';

const SWEEP_INTERVAL_MS = 10 * 60 * 1000;
/** One pass must not keep the store busy: at 2 ms a look, this is 20 s. */
const MAX_LOOKS_PER_SWEEP = 10_000;

export interface ExpiredObjectSweeperOptions {
  readonly store: ObjectStore;
  /** Only keys below it are looked at: `jobs/`. */
  readonly prefix: string;
  /** How long an object stays after it was last written. */
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxLooksPerSweep?: number;
}

/**
 * Deletes objects whose time is over, also those of jobs and imports that died half-way: at start, then every ten minutes, each pass
 * going on where the last one ended.
 */
export class ExpiredObjectSweeper {
  readonly #options: ExpiredObjectSweeperOptions;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<number> | undefined;
  #lastLookedAt = '';
  #isClosed = false;

  constructor(options: ExpiredObjectSweeperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sweepOnTimer(), SWEEP_INTERVAL_MS);
    this.#sweepOnTimer();
  }

  /** One pass, or the one under way. @returns how many were deleted. @throws ServingError `storage-unavailable` */
  sweep(): Promise<number> {
    return (this.#sweeping ??= this.#pass().finally(() => (this.#sweeping = undefined)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#sweeping?.catch(() => undefined);
  }

  /** In the log: `jobs`. */
  get #name(): string {
    return this.#options.prefix.replace(/\/$/, '');
  }

  #sweepOnTimer(): void {
    this.sweep().catch((error: unknown) => this.#options.logger.warn({ err: error }, `${this.#name}.sweep-failed`));
  }

  async #pass(): Promise<number> {
    const { store, prefix, logger, maxLooksPerSweep = MAX_LOOKS_PER_SWEEP } = this.#options;
    let [looks, deleted, isComplete] = [0, 0, true];
    for await (const key of store.list(prefix)) {
      if (key <= this.#lastLookedAt) continue;
      if (this.#isClosed || looks === maxLooksPerSweep) {
        isComplete = false;
        break;
      }
      if (await this.#deleteIfExpired(key)) deleted += 1;
      this.#lastLookedAt = key;
      looks += 1;
    }
    if (isComplete) this.#lastLookedAt = '';
    if (deleted > 0) logger.info({ deleted }, `${this.#name}.swept`);
    return deleted;
  }

  async #deleteIfExpired(key: string): Promise<boolean> {
    const { store, ttlMs, clock } = this.#options;
    const stat = await store.stat(key);
    if (stat === null || clock.wallMs() - stat.modifiedAtMs < ttlMs) return false;
    await store.delete(key);
    return true;
  }
}

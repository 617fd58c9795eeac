import type { Clock } from '@switchyard/clock';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';

const SWEEP_INTERVAL_MS = 10 * 60 * 1000;
/** One pass must not keep the store busy: at 2 ms a look, this is 20 s. */
const MAX_LOOKS_PER_SWEEP = 10_000;

export interface JobResultSweeperOptions {
  readonly store: ObjectStore;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxLooksPerSweep?: number;
}

/** Deletes answers of asynchronous jobs whose time is over: at start, then every ten minutes, each pass going on where the last one ended. */
export class JobResultSweeper {
  readonly #options: JobResultSweeperOptions;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<number> | undefined;
  #lastLookedAt = '';
  #isClosed = false;

  constructor(options: JobResultSweeperOptions) {
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

  #sweepOnTimer(): void {
    this.sweep().catch((error: unknown) => this.#options.logger.warn({ err: error }, 'jobs.sweep-failed'));
  }

  async #pass(): Promise<number> {
    const { store, logger, maxLooksPerSweep = MAX_LOOKS_PER_SWEEP } = this.#options;
    let [looks, deleted, isComplete] = [0, 0, true];
    for await (const key of store.list('jobs/')) {
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
    if (deleted > 0) logger.info({ deleted }, 'jobs.swept');
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

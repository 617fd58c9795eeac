import type { Clock } from '@switchyard/clock';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';

const SWEEP_INTERVAL_MS = 10 * 60 * 1000;
/** One pass must not keep the store busy. */
const MAX_DELETIONS_PER_SWEEP = 10_000;

export interface JobResultSweeperOptions {
  readonly store: ObjectStore;
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Deletes answers of asynchronous jobs whose time is over. */
export class JobResultSweeper {
  readonly #options: JobResultSweeperOptions;
  readonly #timer: NodeJS.Timeout;
  #closed = false;

  constructor(options: JobResultSweeperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.sweep().catch((error: unknown) => options.logger.warn({ err: error }, 'jobs.sweep-failed')), SWEEP_INTERVAL_MS);
  }

  /** @returns how many were deleted. */
  async sweep(): Promise<number> {
    const { store, ttlMs, clock, logger } = this.#options;
    let deleted = 0;
    for await (const key of store.list('jobs/')) {
      if (this.#closed || deleted === MAX_DELETIONS_PER_SWEEP) break;
      const stat = await store.stat(key);
      if (stat === null || clock.wallMs() - stat.modifiedAtMs < ttlMs) continue;
      await store.delete(key);
      deleted += 1;
    }
    if (deleted > 0) logger.info({ deleted }, 'jobs.swept');
    return deleted;
  }

  close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    return Promise.resolve();
  }
}

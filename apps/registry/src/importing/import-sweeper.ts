import type { Clock } from '@switchyard/clock';
import { IMPORTS } from '@switchyard/model-import';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';

const SWEEP_INTERVAL_MS = 10 * 60 * 1000;

export interface ImportSweeperOptions {
  readonly store: ObjectStore;
  /** How long an import's files and record stay after they were last written. */
  readonly ttlMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Deletes what is left of imports: records that nobody will ask for any more, and files of uploads and imports that died half-way.
 * At start, then every ten minutes.
 */
export class ImportSweeper {
  readonly #options: ImportSweeperOptions;
  readonly #timer: NodeJS.Timeout;
  #sweeping: Promise<number> | undefined;
  #isClosed = false;

  constructor(options: ImportSweeperOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#sweepOnTimer(), SWEEP_INTERVAL_MS);
    this.#sweepOnTimer();
  }

  /** One pass, or the one under way. @returns how many objects were deleted. @throws ServingError `storage-unavailable` */
  sweep(): Promise<number> {
    return (this.#sweeping ??= this.#pass().finally(() => (this.#sweeping = undefined)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    await this.#sweeping?.catch(() => undefined);
  }

  #sweepOnTimer(): void {
    this.sweep().catch((error: unknown) => this.#options.logger.warn({ err: error }, 'imports.sweep-failed'));
  }

  async #pass(): Promise<number> {
    const { store, ttlMs, clock, logger } = this.#options;
    let deleted = 0;
    for await (const key of store.list(IMPORTS)) {
      if (this.#isClosed) break;
      const stat = await store.stat(key);
      if (stat === null || clock.wallMs() - stat.modifiedAtMs < ttlMs) continue;
      await store.delete(key);
      deleted += 1;
    }
    if (deleted > 0) logger.info({ deleted }, 'imports.swept');
    return deleted;
  }
}

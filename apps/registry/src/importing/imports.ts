import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProcessLimits } from '@switchyard/bounded-process';
import type { Clock } from '@switchyard/clock';
import { failImport, importPrefix, readImport, runImport, type ImportPublisher, type ImportRecord } from '@switchyard/model-import';
import { deleteUnder } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';
import { createProcessWorkshop } from './process-workshop.js';

export interface ImportsOptions {
  readonly store: ObjectStore;
  readonly registry: ImportPublisher;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: ProcessLimits;
  readonly maxModelBytes: number;
}

/** Carries out imports, each in a temporary folder of its own, and ends those that failed. */
export class Imports {
  readonly #options: ImportsOptions;

  constructor(options: ImportsOptions) {
    this.#options = options;
  }

  /** @returns null for an import that there is not, or that has ended. @throws ServingError what is wrong; the record is not ended by it */
  async execute(id: string, signal: AbortSignal): Promise<ImportRecord | null> {
    const { store, registry, clock, logger, limits, maxModelBytes } = this.#options;
    const record = await readImport(store, id);
    if (record === null || record.endedAt !== null) return null;
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-import-'));
    try {
      const workshop = createProcessWorkshop({ limits, maxModelBytes, logger, signal });
      const ended = await runImport(record, { store, workshop, registry, clock, directory, maxModelBytes, signal });
      await this.#sweep(id);
      return ended;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** Ends an import for good. @returns null when it had ended before */
  async fail(id: string, thrown: unknown): Promise<ImportRecord | null> {
    const record = await failImport(this.#options.store, this.#options.clock, { id, thrown });
    await this.#sweep(id);
    return record;
  }

  /** The files go, the record stays for a while. What cannot be deleted now, the sweeper will. */
  async #sweep(id: string): Promise<void> {
    for (const folder of ['staged/', 'ready/']) await deleteUnder(this.#options.store, `${importPrefix(id)}${folder}`).catch(() => undefined);
  }
}

import { ServingError } from '@switchyard/errors';
import { readJson, writeJson, type ObjectStore } from '@switchyard/object-store';
import { runRecordSchema, type RunRecord } from './run-record.js';

/** The key of a run's record. */
export function runKey(runId: string): string {
  return `runs/${runId}/run.json`;
}

/** @returns the record, or null for a run nobody wrote yet. @throws ServingError `storage-unavailable` when the record is not readable as one. */
export async function readRun(store: ObjectStore, runId: string): Promise<RunRecord | null> {
  const found = await readJson(store, runKey(runId));
  if (found === null) return null;
  const parsed = runRecordSchema.safeParse(found);
  if (parsed.success) return parsed.data;
  throw new ServingError('storage-unavailable', `The record of run "${runId}" cannot be read.`, { cause: parsed.error });
}

/**
 * Keeps `runs/<id>/run.json` abreast of a run. Writes go one after another, and changes that arrive while one is under way share the next,
 * so that many quick epochs cost few writes.
 */
export class RunJournal {
  readonly #store: ObjectStore;
  #record: RunRecord;
  #writes: Promise<void> = Promise.resolve();
  #writeQueued = false;

  constructor(store: ObjectStore, record: RunRecord) {
    this.#store = store;
    this.#record = record;
  }

  get record(): RunRecord {
    return this.#record;
  }

  /** Changes the record; it is written soon. A write that fails is made up for by the next. */
  note(change: Partial<RunRecord>): void {
    this.#record = { ...this.#record, ...change };
    if (this.#writeQueued) return;
    this.#enqueueWrite().catch(() => undefined);
  }

  /** Changes the record and resolves with it once it lies in the store. @throws ServingError `storage-unavailable` */
  async flush(change: Partial<RunRecord> = {}): Promise<RunRecord> {
    this.#record = { ...this.#record, ...change };
    await this.#enqueueWrite();
    return this.#record;
  }

  #enqueueWrite(): Promise<void> {
    this.#writeQueued = true;
    const written = this.#writes.then(() => {
      this.#writeQueued = false;
      return writeJson(this.#store, runKey(this.#record.id), this.#record);
    });
    this.#writes = written.catch(() => undefined);
    return written;
  }
}

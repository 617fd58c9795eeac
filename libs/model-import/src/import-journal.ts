import type { Clock } from '@switchyard/clock';
import { encodeError } from '@switchyard/errors';
import type { ObjectStore } from '@switchyard/object-store';
import { readImport, writeImport, type ImportRecord, type ImportStep } from './import-record.js';

/** Keeps an import's record abreast of it: a write for each step, few enough to wait for. Every method throws `storage-unavailable` when the store is away. */
export class ImportJournal {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  #record: ImportRecord;
  #stepStartedMs: number;

  constructor(store: ObjectStore, clock: Clock, record: ImportRecord) {
    this.#store = store;
    this.#clock = clock;
    this.#record = record;
    this.#stepStartedMs = clock.nowMs();
  }

  /** From the start, whatever an attempt before this one had come to. */
  async start(): Promise<void> {
    await this.#write({ status: 'running', steps: [], error: null, startedAt: this.#now() });
  }

  /** @param message a full sentence on what came of the step */
  async did(step: ImportStep, message: string): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const durationMs = Math.round(nowMs - this.#stepStartedMs);
    this.#stepStartedMs = nowMs;
    await this.#write({ steps: [...this.#record.steps, { step, message, durationMs }] });
  }

  succeed(version: number): Promise<ImportRecord> {
    return this.#write({ status: 'succeeded', version, endedAt: this.#now() });
  }

  async #write(change: Partial<ImportRecord>): Promise<ImportRecord> {
    this.#record = { ...this.#record, ...change };
    await writeImport(this.#store, this.#record);
    return this.#record;
  }

  #now(): string {
    return new Date(this.#clock.wallMs()).toISOString();
  }
}

/** Ends an import for good that could not be carried out. @returns its record, or null when there is none, or when it had ended before */
export async function failImport(store: ObjectStore, clock: Clock, { id, thrown }: { readonly id: string; readonly thrown: unknown }): Promise<ImportRecord | null> {
  const record = await readImport(store, id);
  if (record === null || record.endedAt !== null) return null;
  const { kind, message } = encodeError(thrown);
  const failed: ImportRecord = { ...record, status: 'failed', error: { kind, message }, endedAt: new Date(clock.wallMs()).toISOString() };
  await writeImport(store, failed);
  return failed;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { ObjectStore } from '@switchyard/object-store';
import { readRun, type RunRecord } from '@switchyard/training';

/** A run takes seconds at least, and its record lies in the object store. */
const LOOK_EVERY_MS = 250;

export interface AwaitRunOptions {
  readonly waitMs: number;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
  /** Whether this process is to answer what it has in hand. */
  readonly isDraining: () => boolean;
}

/** The record of a run that has ended; null when it has not within the wait, or nobody waits any longer. The run goes on either way. */
export async function awaitRun(store: ObjectStore, id: string, { waitMs, signal, isDraining }: AwaitRunOptions): Promise<RunRecord | null> {
  const endMs = performance.now() + waitMs;
  while (performance.now() < endMs && !signal.aborted && !isDraining()) {
    const record = await readRun(store, id);
    if (record !== null && record.endedAt !== null) return record;
    await delay(LOOK_EVERY_MS);
  }
  return null;
}

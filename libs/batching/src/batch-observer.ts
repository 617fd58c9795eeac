import type { DispatchReason } from './decide-batch.js';

/** Told what the batcher does; metrics hang here, not in the algorithm. */
export interface BatchObserver {
  batchExecuted(batch: {
    readonly rows: number;
    readonly reason: DispatchReason;
    readonly durationMs: number;
    /** How long the rows of each submission in it have waited. */
    readonly queueDelaysMs: readonly number[];
  }): void;
  rowsExpired(rows: number): void;
  rowsRefused(rows: number): void;
}

export const silentObserver: BatchObserver = {
  batchExecuted: () => undefined,
  rowsExpired: () => undefined,
  rowsRefused: () => undefined,
};

import type { DispatchReason } from './decide-batch.js';

/** One batch that has run. */
export interface ExecutedBatch {
  readonly rows: number;
  /** Rows it was padded to; as many as it had where nothing was padded. */
  readonly runRows: number;
  readonly reason: DispatchReason;
  readonly durationMs: number;
  /** It did not run in one piece: `durationMs` holds the halving, and restarts of the engine, and says nothing of what a run costs. */
  readonly hasFailed: boolean;
  /** What the cost table expected. */
  readonly expectedMs: number;
  /** How long the rows of each submission in it have waited. */
  readonly queueDelaysMs: readonly number[];
}

/** Told what the batcher does; metrics hang here, not in the algorithm. */
export interface BatchObserver {
  batchExecuted(batch: ExecutedBatch): void;
  /** Their deadline passed, or could not be met any more. */
  rowsExpired(rows: number): void;
  rowsRefused(rows: number): void;
}

export const silentObserver: BatchObserver = {
  batchExecuted: () => undefined,
  rowsExpired: () => undefined,
  rowsRefused: () => undefined,
};

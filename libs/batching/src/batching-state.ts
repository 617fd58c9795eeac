import type { LoggedBatch } from './batch-log.js';
import type { BatchPolicy } from './batch-policy.js';
import type { KnownCost } from './cost-table.js';
import type { DispatchReason } from './decide-batch.js';

/** What a batcher knows, does and has done: the answer to "why did my batch leave like this?". */
export interface BatchingState {
  readonly policy: BatchPolicy;
  readonly maxConcurrentRuns: number;
  readonly running: number;
  readonly queuedRows: number;
  readonly queuedBytes: number;
  /** The size with the least measured cost per row: a batch of it is full. */
  readonly cheapestRows: number;
  readonly costs: readonly KnownCost[];
  /** Batches since the version was loaded, by why they left. */
  readonly reasons: Readonly<Record<DispatchReason, number>>;
  /** The last ones, newest last. */
  readonly latest: readonly LoggedBatch[];
}

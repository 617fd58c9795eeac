import type { CostTable } from './cost-table.js';
import type { PendingRows } from './pending-rows.js';

export interface WaitPrediction {
  readonly costs: CostTable;
  readonly maxConcurrentRuns: number;
  readonly maxBatchRows: number;
  readonly priorityClass: number;
}

/** Milliseconds until rows of `priorityClass` that arrive now would start: what waits before them, at the cheapest batch size. */
export function predictWaitMs(waiting: readonly Pick<PendingRows, 'rows' | 'priorityClass'>[], { costs, maxConcurrentRuns, maxBatchRows, priorityClass }: WaitPrediction): number {
  const rowsBefore = waiting.reduce((sum, pending) => (pending.priorityClass <= priorityClass ? sum + pending.rows : sum), 0);
  const batchRows = costs.cheapestRows(maxBatchRows);
  return (rowsBefore * costs.costMs(batchRows)) / batchRows / maxConcurrentRuns;
}

import type { CostTable } from './cost-table.js';

export interface EngineForesight {
  readonly costs: CostTable;
  readonly maxConcurrentRuns: number;
  readonly maxBatchRows: number;
}

/** Milliseconds until rows that arrive now would be answered: the batches of the rows before them, and their own. */
export function expectedAnswerMs(rowsBefore: number, { costs, maxConcurrentRuns, maxBatchRows }: EngineForesight): number {
  const batchRows = costs.cheapestRows(maxBatchRows);
  const waitMs = (rowsBefore * costs.costMs(batchRows)) / batchRows / maxConcurrentRuns;
  return waitMs + costs.p95Ms(Math.min(batchRows, rowsBefore + 1));
}

/**
 * Rows whose deadline lies at or before this cannot be answered in time by the batch that starts at `nowMs`, and would only keep others from it.
 * Where all that wait fit one batch they keep nobody from anything: then only what has expired is hopeless.
 */
export function hopelessUntilMs(waitingRows: number, { costs, maxBatchRows, nowMs }: Pick<EngineForesight, 'costs' | 'maxBatchRows'> & { readonly nowMs: number }): number {
  const batchRows = costs.cheapestRows(Math.min(waitingRows, maxBatchRows));
  return waitingRows <= batchRows ? nowMs : nowMs + costs.p95Ms(batchRows);
}

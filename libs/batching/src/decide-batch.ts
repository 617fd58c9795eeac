import type { CostTable } from './cost-table.js';
import { compareUrgency, type PendingRows } from './pending-rows.js';

/** Why a batch left: it was `full` (the cheapest size was reached), or an engine was `idle` and would have waited for nothing. */
export type DispatchReason = 'full' | 'idle';

/** Rows `rows` of `pending`, taken from its front. */
export interface Taken<P> {
  readonly pending: P;
  readonly rows: number;
}

export interface BatchDecision<P> {
  readonly taken: readonly Taken<P>[];
  readonly reason: DispatchReason;
}

/**
 * Which rows form the next batch, given that an engine is free: work-conserving (never waits while rows do), most urgent first,
 * only rows of the most urgent one's shape, up to the size with the least measured cost per row.
 * Pure: the same arguments give the same batch. `pending` must not be empty.
 */
export function decideBatch<P extends PendingRows>(pending: readonly P[], costs: CostTable, maxBatchRows: number, nowMs: number): BatchDecision<P> {
  const byUrgency = [...pending].sort((a, b) => compareUrgency(a, b, nowMs));
  const shapeKey = byUrgency[0]?.shapeKey;
  const fitting = byUrgency.filter((candidate) => candidate.shapeKey === shapeKey);
  const waiting = fitting.reduce((sum, candidate) => sum + candidate.rows, 0);
  const targetRows = costs.cheapestRows(Math.min(waiting, maxBatchRows));
  return { taken: takeRows(fitting, targetRows), reason: targetRows < waiting || targetRows === maxBatchRows ? 'full' : 'idle' };
}

function takeRows<P extends PendingRows>(ordered: readonly P[], targetRows: number): Taken<P>[] {
  const taken: Taken<P>[] = [];
  let left = targetRows;
  for (const pending of ordered) {
    if (left === 0) break;
    const rows = Math.min(pending.rows, left);
    taken.push({ pending, rows });
    left -= rows;
  }
  return taken;
}

import type { BatchPolicy } from './batch-policy.js';
import type { CostTable } from './cost-table.js';
import { YIELDING_CLASS, compareUrgency, countRows, type PendingRows } from './pending-rows.js';

/** A cost per row this much above the least is as good: measurements scatter, and handing a batch over costs time too. */
const NEARLY_CHEAPEST = 1.1;

/**
 * Why a batch left: it was `full` (more rows would have made it hardly cheaper per row); an engine was `idle` and waiting would not have paid; it had waited as
 * long as the policy lets it (`delay`); a `deadline` came near; the version was being unloaded (`drain`).
 */
export const DISPATCH_REASONS = ['full', 'idle', 'delay', 'deadline', 'drain'] as const;
export type DispatchReason = (typeof DISPATCH_REASONS)[number];

/** What there is to decide about. `pending` must not be empty. */
export interface BatchSituation<P> {
  readonly pending: readonly P[];
  readonly costs: CostTable;
  readonly policy: BatchPolicy;
  readonly nowMs: number;
  /** Rows per millisecond that arrive lately. */
  readonly rowsPerMs: number;
  /** All engines are busy: the batch would be the next one, assembled while they run. */
  readonly isAhead: boolean;
  /** Nothing new will come. */
  readonly isDraining: boolean;
  /** Rows of the first class have come lately, and more may come at any moment. */
  readonly isFirstClassAbout: boolean;
  /** Until then no batch of yielding rows begins while rows of the first class are about. */
  readonly yieldsUntilMs: number;
}

/** Rows `rows` of `pending`, taken from its front. */
export interface Taken<P> {
  readonly pending: P;
  readonly rows: number;
}

/** Run these rows, padded to `runRows`. */
export interface RunDecision<P> {
  readonly taken: readonly Taken<P>[];
  readonly rows: number;
  readonly runRows: number;
  readonly reason: DispatchReason;
}

/** Decide again when something changes, at the latest at `untilMs` (Infinity: no timer is needed). */
export interface WaitDecision {
  readonly untilMs: number;
}

/**
 * Which rows form the next batch: most urgent first, only rows of the most urgent one's shape, up to the size with the least measured
 * cost per row. Work-conserving: an idle engine waits only where that lowers the mean latency. While all engines run, only a batch is taken
 * in advance that more rows would make hardly cheaper; another one would leave without the rows that arrive meanwhile. While rows of the first
 * class are about, batches of later ones are short and never taken in advance, and yielding rows rest.
 * Pure: the same situation gives the same decision.
 */
export function decideBatch<P extends PendingRows>(situation: BatchSituation<P>): RunDecision<P> | WaitDecision {
  const { pending, costs, policy, nowMs, isAhead, isDraining, isFirstClassAbout, yieldsUntilMs } = situation;
  const byUrgency = [...pending].sort((a, b) => compareUrgency(a, b, nowMs));
  const isResting = (candidate: P): boolean => isFirstClassAbout && !isDraining && nowMs < yieldsUntilMs && candidate.priorityClass >= YIELDING_CLASS;
  const lead = byUrgency.find((candidate) => !isResting(candidate));
  if (lead === undefined) return { untilMs: yieldsUntilMs };
  const { shapeKey, priorityClass } = lead;
  if (isAhead && isFirstClassAbout && priorityClass > 0) return { untilMs: Infinity };
  const isLater = (candidate: P): boolean => isFirstClassAbout && priorityClass === 0 && candidate.priorityClass > 0;
  const ofShape = byUrgency.filter((candidate) => candidate.shapeKey === shapeKey);
  const fitting = ofShape.filter((candidate) => !isLater(candidate) && !isResting(candidate));
  const waitingRows = countRows(fitting);
  const limitRows = largestBatch(situation, fitting);
  const mostRows = Math.min(waitingRows, limitRows);
  const cheapestRows = costs.cheapestRows(mostRows);
  const rows = costs.dueRows(mostRows, cheapestRows) ?? cheapestRows;
  const run = (reason: DispatchReason): RunDecision<P> => {
    const company = ofShape.filter(isLater);
    const all = Math.min(rows + countRows(company), withCompany(rows, situation));
    return { taken: takeRows([...fitting, ...company], all), rows: all, runRows: costs.paddedRows(all, policy.maxBatchRows), reason };
  };
  if (rows < waitingRows || rows >= limitRows || (isAhead && gainsLittle(rows, situation))) return run('full');
  if (isAhead) return { untilMs: Infinity };
  return isDraining ? run('drain') : waitOrRun(situation, fitting, rows, run);
}

/** While rows of the first class are about, batches of later ones are no longer than it takes to be nearly as cheap per row: those of the first wait for them to end. */
function largestBatch<P extends PendingRows>({ costs, policy, isFirstClassAbout }: BatchSituation<P>, fitting: readonly P[]): number {
  if (!isFirstClassAbout || fitting.every(({ priorityClass }) => priorityClass === 0)) return policy.maxBatchRows;
  const firstClassRows = countRows(fitting.filter(({ priorityClass }) => priorityClass === 0));
  return Math.min(policy.maxBatchRows, Math.max(firstClassRows, goodBatchRows(costs, policy)));
}

/** `rows`, and as many more as run in about the same time: where a run costs the same whatever its size, rows of later classes ride along for nothing. */
function withCompany<P extends PendingRows>(rows: number, { costs, policy }: BatchSituation<P>): number {
  return Math.max(rows, Math.min(policy.maxBatchRows, costs.rowsWithin(NEARLY_CHEAPEST * costs.costMs(rows))));
}

/** Rows of the smallest batch that is about as cheap a row as any. */
export function goodBatchRows(costs: CostTable, { maxBatchRows }: BatchPolicy): number {
  return costs.nearlyCheapestRows(maxBatchRows, NEARLY_CHEAPEST);
}

/** Whether the rows cost each about as little as at the cheapest size: then the engine had better find them ready than wait for more. */
function gainsLittle<P extends PendingRows>(rows: number, { costs, policy }: BatchSituation<P>): boolean {
  const best = costs.cheapestRows(policy.maxBatchRows);
  return costs.costMs(rows) / rows <= NEARLY_CHEAPEST * (costs.costMs(best) / best);
}

/** An idle engine and rows that fill no batch: they wait for `size` rows where the mean latency of all these is lower so. */
function waitOrRun<P extends PendingRows>(
  { costs, policy, nowMs, rowsPerMs }: BatchSituation<P>,
  fitting: readonly P[],
  rows: number,
  run: (reason: DispatchReason) => RunDecision<P>,
): RunDecision<P> | WaitDecision {
  const size = costs.nextSize(rows, policy.maxBatchRows);
  if (policy.maxQueueDelayMs === 0 || size === undefined || rowsPerMs === 0) return run('idle');
  const waitMs = (size - rows) / rowsPerMs;
  const delayLeftMs = Math.min(...fitting.map(({ enqueuedAtMs }) => enqueuedAtMs)) + policy.maxQueueDelayMs - nowMs;
  if (delayLeftMs <= 0) return run('delay');
  if (waitMs > delayLeftMs || !waitingPays({ costs, rows, size, waitMs })) return run('idle');
  const latestStartMs = Math.min(...fitting.map(({ deadlineAtMs }) => deadlineAtMs)) - costs.p95Ms(size);
  return nowMs + waitMs > latestStartMs ? run('deadline') : { untilMs: nowMs + waitMs };
}

/** Sums of the latencies of `size` rows, the first `rows` of which are here: one batch later, against one now and one for the rest. */
function waitingPays({ costs, rows, size, waitMs }: { costs: CostTable; rows: number; size: number; waitMs: number }): boolean {
  const together = size * (waitMs + costs.costMs(size));
  const firstMs = costs.costMs(rows);
  const apart = rows * firstMs + (size - rows) * (Math.max(waitMs, firstMs) + costs.costMs(size - rows));
  return together < apart;
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

/** What the batching decision needs to know of rows that wait. */
export interface PendingRows {
  /** Rows not yet dispatched. */
  readonly rows: number;
  /** Only rows of equal key fit one batch: same tensors, same row shapes. */
  readonly shapeKey: string;
  /** 0 goes first. */
  readonly priorityClass: number;
  /** On the injected clock. */
  readonly enqueuedAtMs: number;
  readonly deadlineAtMs: number;
}

/** After waiting this long rows rise by one priority class, so that no class starves. */
const AGEING_MS = 2_000;

/** Priority class (aged), then earliest deadline, then arrival. */
export function compareUrgency(a: PendingRows, b: PendingRows, nowMs: number): number {
  return agedClass(a, nowMs) - agedClass(b, nowMs) || a.deadlineAtMs - b.deadlineAtMs || a.enqueuedAtMs - b.enqueuedAtMs;
}

function agedClass(pending: PendingRows, nowMs: number): number {
  return Math.max(0, pending.priorityClass - Math.floor((nowMs - pending.enqueuedAtMs) / AGEING_MS));
}

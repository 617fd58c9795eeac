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

/** Rows of this priority class and later ones are in no hurry: where cores are short they give way to calls, not only in their order (docs/decisions/0046). */
export const YIELDING_CLASS = 2;

/** After waiting this long rows rise by one priority class, so that no class starves. */
const AGEING_MS = 2_000;

/**
 * Rows are ordered as if they had to be answered within this long, however late their deadline: next to calls that have 30 s by default, a job
 * that has a day would else be the last of its class for ever. Twice those 30 s: what has waited half a minute goes before a fresh call, and a
 * backlog of jobs shorter than that delays none.
 */
const LONGEST_URGENCY_MS = 60_000;

/** Priority class (aged), then earliest deadline (within `LONGEST_URGENCY_MS`), then arrival. */
export function compareUrgency(a: PendingRows, b: PendingRows, nowMs: number): number {
  return agedClass(a, nowMs) - agedClass(b, nowMs) || urgentByMs(a) - urgentByMs(b) || a.enqueuedAtMs - b.enqueuedAtMs;
}

function urgentByMs({ deadlineAtMs, enqueuedAtMs }: PendingRows): number {
  return Math.min(deadlineAtMs, enqueuedAtMs + LONGEST_URGENCY_MS);
}

function agedClass(pending: PendingRows, nowMs: number): number {
  return Math.max(0, pending.priorityClass - Math.floor((nowMs - pending.enqueuedAtMs) / AGEING_MS));
}

/** Rows of all parts together. */
export function countRows(parts: readonly { readonly rows: number }[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

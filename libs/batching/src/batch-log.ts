import type { ExecutedBatch } from './batch-observer.js';
import { DISPATCH_REASONS, type DispatchReason } from './decide-batch.js';

const KEPT_BATCHES = 20;

/** A batch as it is explained to operators. */
export interface LoggedBatch {
  readonly rows: number;
  readonly runRows: number;
  readonly reason: DispatchReason;
  readonly durationMs: number;
  /** It ran in pieces, as one of its rows could not be answered. */
  readonly hasFailed: boolean;
  readonly expectedMs: number;
  /** Of the rows that had waited longest. */
  readonly queueDelayMs: number;
}

/** The last batches, and how many left for which reason since the version was loaded. */
export class BatchLog {
  readonly #latest: LoggedBatch[] = [];
  readonly #reasons: Record<DispatchReason, number> = { full: 0, idle: 0, delay: 0, deadline: 0, drain: 0 };

  add({ rows, runRows, reason, durationMs, hasFailed, expectedMs, queueDelaysMs }: ExecutedBatch): void {
    this.#reasons[reason] += 1;
    this.#latest.push({ rows, runRows, reason, durationMs, hasFailed, expectedMs, queueDelayMs: Math.max(...queueDelaysMs) });
    if (this.#latest.length > KEPT_BATCHES) this.#latest.shift();
  }

  /** Newest last. */
  latest(): readonly LoggedBatch[] {
    return [...this.#latest];
  }

  reasons(): Readonly<Record<DispatchReason, number>> {
    return Object.fromEntries(DISPATCH_REASONS.map((reason) => [reason, this.#reasons[reason]])) as Record<DispatchReason, number>;
  }
}

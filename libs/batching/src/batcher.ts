import { ServingError } from '@switchyard/errors';
import type { Clock } from '@switchyard/clock';
import type { TensorMap } from '@switchyard/tensor';
import { silentObserver, type BatchObserver } from './batch-observer.js';
import type { BatchPolicy } from './batch-policy.js';
import type { CostTable } from './cost-table.js';
import { decideBatch, type BatchDecision } from './decide-batch.js';
import { runBatch, type EngineRun } from './run-batch.js';
import { Submission, type BatchedOutputs } from './submission.js';

export interface BatcherOptions {
  readonly run: EngineRun;
  /** Batches the engine runs side by side; one more is assembled while those run. */
  readonly maxConcurrentRuns: number;
  readonly policy: BatchPolicy;
  readonly costs: CostTable;
  readonly clock: Clock;
  readonly observer?: BatchObserver;
}

export interface SubmitOptions {
  readonly rows: number;
  readonly priorityClass: number;
  /** On the clock of the options, not wall time. */
  readonly deadlineAtMs: number;
}

/**
 * Couples the rows of one model version into batches. The decision is `decideBatch`; this class only keeps what waits and
 * starts a batch whenever the engine has room: after each submission and after each batch.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #observer: BatchObserver;
  #waiting: Submission[] = [];
  #running = 0;
  #queuedRows = 0;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#observer = options.observer ?? silentObserver;
  }

  get queuedRows(): number {
    return this.#queuedRows;
  }

  /**
   * Answers every row, in order; rows that fail are named in `failures`. Inputs must have passed validation.
   * @throws ServingError `overloaded` when too many rows wait, `model-not-ready` after `close`.
   */
  async submit(inputs: TensorMap, options: SubmitOptions): Promise<BatchedOutputs> {
    this.#assertRoom(options.rows);
    const nowMs = (): number => this.#options.clock.nowMs();
    const submission = new Submission({ inputs, ...options, enqueuedAtMs: nowMs(), nowMs });
    this.#waiting.push(submission);
    this.#queuedRows += options.rows;
    this.#dispatch();
    return submission.settled;
  }

  /** Takes nothing new, finishes what waits. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#running === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  #assertRoom(rows: number): void {
    if (this.#closed) throw new ServingError('model-not-ready', 'This version is being unloaded.', { retryAfterMs: 1_000 });
    if (this.#queuedRows === 0 || this.#queuedRows + rows <= this.#options.policy.maxQueuedRows) return;
    this.#observer.rowsRefused(rows);
    throw new ServingError('overloaded', `${this.#queuedRows} rows are waiting for this model; at most ${this.#options.policy.maxQueuedRows} may.`, { retryAfterMs: 1_000 });
  }

  #dispatch(): void {
    this.#dropExpired();
    while (this.#running <= this.#options.maxConcurrentRuns && this.#waiting.length > 0) {
      const { costs, policy, clock } = this.#options;
      this.#start(decideBatch(this.#waiting, costs, policy.maxBatchRows, clock.nowMs()));
    }
    if (this.#running === 0 && this.#waiting.length === 0) this.#drained?.();
  }

  /** Expired rows leave before they cost the engine anything. */
  #dropExpired(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const submission of this.#waiting.filter((waiting) => waiting.deadlineAtMs <= nowMs)) {
      this.#queuedRows -= submission.rows;
      this.#observer.rowsExpired(submission.rows);
      submission.failWaiting(new ServingError('deadline-exceeded', 'The deadline passed while the request waited for its batch.'));
    }
    this.#waiting = this.#waiting.filter((submission) => submission.rows > 0);
  }

  #start({ taken, reason }: BatchDecision<Submission>): void {
    const { run, clock, costs } = this.#options;
    const startedAtMs = clock.nowMs();
    const ranges = taken.map(({ pending, rows }) => pending.take(rows));
    const rows = ranges.reduce((sum, range) => sum + range.rows, 0);
    for (const [index, { pending }] of taken.entries()) pending.batchStarted({ atMs: startedAtMs, batchRows: rows, leads: index === 0 });
    const queueDelaysMs = taken.map(({ pending }) => startedAtMs - pending.enqueuedAtMs);
    this.#waiting = this.#waiting.filter((submission) => submission.rows > 0);
    this.#queuedRows -= rows;
    this.#running += 1;
    // A batch that queues behind another takes longer than it costs: it teaches nothing.
    const ranAlone = this.#running <= this.#options.maxConcurrentRuns;
    void runBatch(ranges, run).finally(() => {
      const durationMs = clock.nowMs() - startedAtMs;
      if (ranAlone) costs.observe(rows, durationMs);
      this.#observer.batchExecuted({ rows, reason, durationMs, queueDelaysMs });
      this.#running -= 1;
      this.#dispatch();
    });
  }
}

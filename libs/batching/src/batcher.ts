import { ServingError } from '@switchyard/errors';
import type { Clock } from '@switchyard/clock';
import type { TensorMap } from '@switchyard/tensor';
import { ArrivalRate } from './arrival-rate.js';
import { BatchLog } from './batch-log.js';
import { silentObserver, type BatchObserver, type ExecutedBatch } from './batch-observer.js';
import type { BatchPolicy } from './batch-policy.js';
import type { CostTable } from './cost-table.js';
import { decideBatch, goodBatchRows, type RunDecision } from './decide-batch.js';
import type { BatchingState } from './batching-state.js';
import { expectedAnswerMs, hopelessUntilMs } from './foresight.js';
import { runBatch, type EngineRun } from './run-batch.js';
import { YIELDING_CLASS } from './pending-rows.js';
import { Submission, type BatchedOutputs } from './submission.js';
import { YieldingPace } from './yielding-pace.js';

export interface BatcherOptions {
  readonly run: EngineRun;
  /** Batches the engine runs side by side; one more is assembled while those run, once it is full. */
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
  /** The submitter needs the memory of the inputs no more: the engine may take it instead of a copy. */
  readonly isGiven?: boolean;
}

/** Where rows of the first class have come so lately, more are expected. */
const FIRST_CLASS_ABOUT_MS = 1_000;

/**
 * Couples the rows of one model version into batches. The decision is `decideBatch`; this class only keeps what waits and
 * asks it whenever something has changed: after each submission, after each batch, and when a wait it ordered is over.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  readonly #observer: BatchObserver;
  readonly #log = new BatchLog();
  readonly #arrivals = new ArrivalRate();
  readonly #yieldingPace = new YieldingPace();
  #firstClassAtMs = -Infinity;
  #policy: BatchPolicy;
  #waiting: Submission[] = [];
  #running = 0;
  #queuedRows = 0;
  #queuedBytes = 0;
  #closed = false;
  #closing: Promise<void> | undefined;
  #drained: (() => void) | undefined;
  #cancelWait: () => void = () => undefined;

  constructor(options: BatcherOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#observer = options.observer ?? silentObserver;
  }

  get queuedRows(): number {
    return this.#queuedRows;
  }

  /** Rows per millisecond when all goes as well as it ever did; Infinity where runs are too short to be measured. */
  get mostRowsPerMs(): number {
    const { costs, maxConcurrentRuns } = this.#options;
    return maxConcurrentRuns / costs.leastMsPerRow();
  }

  /** Rows of a batch that is about as cheap a row as any. */
  get batchRows(): number {
    return goodBatchRows(this.#options.costs, this.#policy);
  }

  get policy(): BatchPolicy {
    return this.#policy;
  }

  /** Holds from the next batch on. */
  set policy(policy: BatchPolicy) {
    this.#policy = policy;
    this.#dispatch();
  }

  /** Why batches leave as they do. */
  explain(): BatchingState {
    const { costs, maxConcurrentRuns } = this.#options;
    return {
      policy: this.#policy, maxConcurrentRuns, running: this.#running, queuedRows: this.#queuedRows, queuedBytes: this.#queuedBytes,
      cheapestRows: costs.cheapestRows(this.#policy.maxBatchRows), costs: costs.entries(), reasons: this.#log.reasons(), latest: this.#log.latest(),
    };
  }

  /**
   * Answers every row, in order; rows that fail are named in `failures`. Inputs must have passed validation.
   * @throws ServingError `overloaded` when too much waits, or so much that the deadline could not be met; `model-not-ready` after `close`;
   * `internal` when the engine answered batches of it with rows of different shape.
   */
  async submit(inputs: TensorMap, options: SubmitOptions): Promise<BatchedOutputs> {
    const nowMs = (): number => this.#options.clock.nowMs();
    const submission = new Submission({ inputs, ...options, enqueuedAtMs: nowMs(), nowMs });
    this.#assertRoom(submission);
    this.#waiting.push(submission);
    this.#queuedRows += submission.rows;
    this.#queuedBytes += submission.bytes;
    this.#arrivals.observe(submission.rows, submission.enqueuedAtMs);
    if (submission.priorityClass === 0) this.#firstClassAtMs = submission.enqueuedAtMs;
    this.#dispatch();
    return submission.settled;
  }

  /** Takes nothing new, finishes what waits. */
  async close(): Promise<void> {
    await (this.#closing ??= this.#drain());
  }

  async #drain(): Promise<void> {
    this.#closed = true;
    this.#dispatch();
    if (this.#running === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => (this.#drained = resolve));
  }

  #assertRoom({ rows, bytes, priorityClass, deadlineAtMs, enqueuedAtMs }: Submission): void {
    if (this.#closed) throw new ServingError('model-not-ready', 'This version is being unloaded.', { retryAfterMs: 1_000 });
    const { maxQueuedRows, maxQueuedBytes } = this.#policy;
    if (this.#queuedRows === 0) return;
    if (this.#queuedRows + rows > maxQueuedRows) this.#refuse(rows, `${this.#queuedRows} rows are waiting for this model; at most ${maxQueuedRows} may.`, 1_000);
    if (this.#queuedBytes + bytes > maxQueuedBytes) this.#refuse(rows, `${this.#queuedBytes} bytes of inputs are waiting for this model; at most ${maxQueuedBytes} may.`, 1_000);
    const rowsBefore = this.#waiting.reduce((sum, waiting) => (waiting.priorityClass <= priorityClass ? sum + waiting.rows : sum), 0);
    if (rowsBefore === 0) return;
    const { costs, maxConcurrentRuns } = this.#options;
    const answerMs = expectedAnswerMs(rowsBefore, { costs, maxConcurrentRuns, maxBatchRows: this.#policy.maxBatchRows });
    if (enqueuedAtMs + answerMs <= deadlineAtMs) return;
    this.#refuse(rows, `The rows that wait for this model take about ${Math.ceil(answerMs)} ms, longer than this request has.`, answerMs);
  }

  #refuse(rows: number, sentence: string, retryAfterMs: number): never {
    this.#observer.rowsRefused(rows);
    throw new ServingError('overloaded', sentence, { retryAfterMs });
  }

  #dispatch(): void {
    this.#cancelWait();
    this.#dropHopeless();
    while (this.#waiting.length > 0 && this.#running <= this.#options.maxConcurrentRuns) {
      const decision = this.#decide();
      if ('untilMs' in decision) {
        this.#waitUntil(decision.untilMs);
        break;
      }
      this.#start(decision);
    }
    if (this.#running === 0 && this.#waiting.length === 0) this.#drained?.();
  }

  #decide(): ReturnType<typeof decideBatch<Submission>> {
    const { costs, clock, maxConcurrentRuns } = this.#options;
    const nowMs = clock.nowMs();
    return decideBatch({
      pending: this.#waiting, costs, policy: this.#policy, nowMs, rowsPerMs: this.#arrivals.rowsPerMs(nowMs),
      isAhead: this.#running >= maxConcurrentRuns, isDraining: this.#closed,
      isFirstClassAbout: nowMs - this.#firstClassAtMs < FIRST_CLASS_ABOUT_MS, yieldsUntilMs: this.#yieldingPace.untilMs,
    });
  }

  #waitUntil(untilMs: number): void {
    const { clock } = this.#options;
    if (untilMs !== Infinity) this.#cancelWait = clock.after(untilMs - clock.nowMs(), () => this.#dispatch());
  }

  /** Rows that cannot be answered in time leave before they cost the engine anything. */
  #dropHopeless(): void {
    if (this.#waiting.length === 0) return;
    const { clock, costs } = this.#options;
    const untilMs = hopelessUntilMs(this.#queuedRows, { costs, maxBatchRows: this.#policy.maxBatchRows, nowMs: clock.nowMs() });
    const hopeless = this.#waiting.filter(({ deadlineAtMs }) => deadlineAtMs <= untilMs);
    if (hopeless.length === 0) return;
    for (const submission of hopeless) {
      this.#leave(submission, submission.rows);
      this.#observer.rowsExpired(submission.rows);
      submission.failWaiting(new ServingError('deadline-exceeded', 'The deadline passed while the request waited for its batch.'));
    }
    this.#waiting = this.#waiting.filter((submission) => submission.rows > 0);
  }

  #start({ taken, rows, runRows, reason }: RunDecision<Submission>): void {
    const { run, clock, costs, maxConcurrentRuns } = this.#options;
    const startedAtMs = clock.nowMs();
    const expectedMs = costs.costMs(runRows);
    const ranges = taken.map(({ pending, rows: count }) => (this.#leave(pending, count), pending.take(count)));
    for (const [index, { pending }] of taken.entries()) pending.batchStarted({ atMs: startedAtMs, batchRows: rows, runRows, leads: index === 0 });
    const queueDelaysMs = taken.map(({ pending }) => startedAtMs - pending.enqueuedAtMs);
    this.#waiting = this.#waiting.filter((submission) => submission.rows > 0);
    this.#running += 1;
    costs.started(runRows);
    // A batch that queues behind another takes longer than it costs: it teaches nothing.
    const ranAlone = this.#running <= maxConcurrentRuns;
    const yields = (taken[0]?.pending.priorityClass ?? 0) >= YIELDING_CLASS;
    void runBatch(ranges, run, runRows).then((ranAtOnce) => {
      const durationMs = clock.nowMs() - startedAtMs;
      if (yields) this.#yieldingPace.ran({ durationMs, leastMs: costs.leastMs(runRows), nowMs: clock.nowMs() });
      if (ranAlone && ranAtOnce) costs.observe(runRows, durationMs);
      this.#ended({ rows, runRows, reason, durationMs, hasFailed: !ranAtOnce, expectedMs, queueDelaysMs });
    });
  }

  #ended(batch: ExecutedBatch): void {
    this.#log.add(batch);
    this.#observer.batchExecuted(batch);
    this.#running -= 1;
    this.#dispatch();
  }

  /** The next `rows` of a submission wait no longer. To be told before they are taken. */
  #leave(submission: Submission, rows: number): void {
    this.#queuedRows -= rows;
    this.#queuedBytes -= submission.bytesOfNext(rows);
  }
}

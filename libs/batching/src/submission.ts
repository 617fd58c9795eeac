import { toServingError, type ServingError } from '@switchyard/errors';
import { byteCount, sliceRowsOfAll, type TensorMap } from '@switchyard/tensor';
import { joinOutcomes, type JoinedRows, type RowsOutcome } from './join-outcomes.js';
import type { PendingRows } from './pending-rows.js';

/** Where the time of a submission went. */
export interface BatchTiming {
  /** From its arrival to the start of its first batch. */
  readonly queueMs: number;
  /** From there to the end of its last batch. */
  readonly computeMs: number;
  /** Rows of the largest of its batches, its neighbours' included. */
  readonly batchRows: number;
  /** Rows that batch ran with, padding included. */
  readonly runRows: number;
  /** Batches whose first row was its own: summed over all submissions, each batch counts once. */
  readonly executions: number;
}

/** What became of every row handed in, and of the time. */
export interface BatchedOutputs extends JoinedRows {
  readonly timing: BatchTiming;
}

export interface SubmissionOptions {
  readonly inputs: TensorMap;
  readonly rows: number;
  readonly priorityClass: number;
  readonly enqueuedAtMs: number;
  readonly deadlineAtMs: number;
  readonly isGiven?: boolean;
  readonly nowMs: () => number;
}

/** Rows handed to a batcher together: they may leave in several batches, and are answered once, in order. */
export class Submission implements PendingRows {
  readonly shapeKey: string;
  readonly priorityClass: number;
  readonly enqueuedAtMs: number;
  readonly deadlineAtMs: number;
  /** Nobody needs the memory of its inputs once it runs: its submitter has said so, and a single row is never run again. */
  readonly isGiven: boolean;
  /** Of its inputs. */
  readonly bytes: number;
  /** Rejects only when the outputs of its batches cannot be put together as one answer. */
  readonly settled: Promise<BatchedOutputs>;
  readonly #inputs: TensorMap;
  readonly #totalRows: number;
  readonly #outcomes: RowsOutcome[] = [];
  #resolve!: (outputs: BatchedOutputs) => void;
  #reject!: (error: ServingError) => void;
  #dispatchedRows = 0;
  #settledRows = 0;
  #startedAtMs: number | undefined;
  #batchRows = 0;
  #runRows = 0;
  #executions = 0;
  readonly #nowMs: () => number;

  constructor(options: SubmissionOptions) {
    this.#inputs = options.inputs;
    this.#totalRows = options.rows;
    this.priorityClass = options.priorityClass;
    this.enqueuedAtMs = options.enqueuedAtMs;
    this.deadlineAtMs = options.deadlineAtMs;
    this.isGiven = options.isGiven === true && options.rows === 1;
    this.#nowMs = options.nowMs;
    this.shapeKey = shapeKeyOf(options.inputs);
    this.bytes = byteCount(options.inputs);
    this.settled = new Promise((resolve, reject) => ([this.#resolve, this.#reject] = [resolve, reject]));
  }

  /** Rows not yet dispatched. */
  get rows(): number {
    return this.#totalRows - this.#dispatchedRows;
  }

  /**
   * Of the inputs of the next `rows` rows, as if all rows were of one size (elements of a string tensor differ). A whole number, and however
   * the rows leave, those of all of them come to `bytes`: fractions would leave a remainder in whoever adds them up.
   */
  bytesOfNext(rows: number): number {
    return this.#bytesOf(this.rows) - this.#bytesOf(this.rows - rows);
  }

  /** A batch with rows of this submission starts. @param leads whether the batch's first row is one of them. */
  batchStarted({ atMs, batchRows, runRows, leads }: { readonly atMs: number; readonly batchRows: number; readonly runRows: number; readonly leads: boolean }): void {
    this.#startedAtMs ??= atMs;
    this.#batchRows = Math.max(this.#batchRows, batchRows);
    this.#runRows = Math.max(this.#runRows, runRows);
    if (leads) this.#executions += 1;
  }

  /** Takes the next `rows` rows into a batch, as views. */
  take(rows: number): RowRange {
    const from = this.#dispatchedRows;
    this.#dispatchedRows += rows;
    return new RowRange(this, from, from + rows);
  }

  inputs(from: number, to: number): TensorMap {
    return from === 0 && to === this.#totalRows ? this.#inputs : sliceRowsOfAll(this.#inputs, from, to);
  }

  /** Fails whatever has not been dispatched. */
  failWaiting(error: ServingError): void {
    if (this.rows === 0) return;
    const range = this.take(this.rows);
    this.settle({ from: range.from, to: range.to, error });
  }

  /** Never throws: the batch has run, and its other submissions are to be answered. */
  settle(outcome: RowsOutcome): void {
    this.#outcomes.push(outcome);
    this.#settledRows += outcome.to - outcome.from;
    if (this.#settledRows === this.#totalRows) this.#answer();
  }

  #answer(): void {
    try {
      this.#resolve({ ...joinOutcomes(this.#outcomes), timing: this.#timing() });
    } catch (thrown) {
      this.#reject(toServingError(thrown));
    }
  }

  #bytesOf(rows: number): number {
    return Math.round((this.bytes * rows) / this.#totalRows);
  }

  #timing(): BatchTiming {
    const nowMs = this.#nowMs();
    const startedAtMs = this.#startedAtMs ?? nowMs;
    return { queueMs: startedAtMs - this.enqueuedAtMs, computeMs: nowMs - startedAtMs, batchRows: this.#batchRows, runRows: this.#runRows, executions: this.#executions };
  }
}

/** Consecutive rows of one submission inside a batch. */
export class RowRange {
  constructor(
    readonly submission: Submission,
    readonly from: number,
    readonly to: number,
  ) {}

  get rows(): number {
    return this.to - this.from;
  }

  inputs(): TensorMap {
    return this.submission.inputs(this.from, this.to);
  }

  /** Splits after `rows` rows, for bisection. */
  split(rows: number): [RowRange, RowRange] {
    return [new RowRange(this.submission, this.from, this.from + rows), new RowRange(this.submission, this.from + rows, this.to)];
  }
}

function shapeKeyOf(inputs: TensorMap): string {
  return [...inputs].map(([name, of]) => `${name}:${of.dtype}:${of.shape.slice(1).join('x')}`).join('|');
}

import { NO_TIMING, type InferenceJob, type InferRequest, type InferResponse, type ReplyTiming } from '@switchyard/inference';
import { ServingError } from '@switchyard/errors';
import { concatRowsOfAll, sliceRowsOfAll, type TensorMap } from '@switchyard/tensor';
import type { InferenceReply } from '@switchyard/inference';
import type { CouplingPolicy } from './coupling-policy.js';

/** A request on its way, and the caller who waits for it. */
export interface Passenger {
  readonly request: InferRequest;
  readonly bytes: number;
  resolve(response: InferResponse): void;
  reject(error: unknown): void;
  /** Its caller has been answered (the deadline passed): it must not cost anything more. */
  settled: boolean;
}

/** Of the difference between the rows of a lane now and its recent peak, how much each departure takes off the peak. */
const PEAK_DECAY = 1 / 16;

/** Requests that fit one job: same version, same priority, same tensors and row shapes. First come, first out. */
export class Lane {
  /** At the end of this turn of the event loop. */
  departureScheduled = false;
  #jobsUnderWay = 0;
  #rowsUnderWay = 0;
  #waiting: Passenger[] = [];
  #waitingRows = 0;
  #peakRows = 0;
  #rowsAtLastTurn = 0;
  #cancelHold: (() => void) | undefined;

  get jobsUnderWay(): number {
    return this.#jobsUnderWay;
  }

  /** Nobody will come back to it. One that is forgotten earlier would leave those who come next to a departure that is not theirs. */
  get isIdle(): boolean {
    return this.#jobsUnderWay === 0 && this.#waiting.length === 0 && !this.departureScheduled;
  }

  get waitingRows(): number {
    return this.#waitingRows;
  }

  push(passenger: Passenger): void {
    this.#waiting.push(passenger);
    this.#waitingRows += passenger.request.rows;
    this.#peakRows = Math.max(this.#peakRows, this.#waitingRows + this.#rowsUnderWay);
  }

  /**
   * A job's fair share of the rows that the lane has had in hand lately. Jobs of equal size overlap best: one is coupled while another
   * runs; and a job costs the queue the same, however few rows it has.
   */
  shareRows(maxJobsUnderWay: number): number {
    return Math.ceil(this.#peakRows / maxJobsUnderWay);
  }

  /** Whether requests have come since the last call. Asked once a turn of the event loop: a busy one has more of them to read. */
  hasGrown(): boolean {
    const before = this.#rowsAtLastTurn;
    this.#rowsAtLastTurn = this.#waitingRows;
    return this.#waitingRows > before;
  }

  /** Holds what waits, unless it is held already. @param start begins the wait, and returns what ends it */
  hold(start: () => () => void): void {
    this.#cancelHold ??= start();
  }

  release(): void {
    this.#cancelHold?.();
    this.#cancelHold = undefined;
  }

  /** The longest run of waiting requests, from the front, that fits a job; at least one. */
  takeJobLoad(policy: CouplingPolicy): Passenger[] {
    this.#waiting = this.#waiting.filter((passenger) => !passenger.settled);
    let rows = 0;
    let bytes = 0;
    let count = 0;
    for (const { request, bytes: size } of this.#waiting) {
      if (count > 0 && (rows + request.rows > policy.maxJobRows || bytes + size > policy.maxJobBytes)) break;
      rows += request.rows;
      bytes += size;
      count += 1;
    }
    const load = this.#waiting.splice(0, count);
    this.#waitingRows = rowsOf(this.#waiting);
    this.#rowsAtLastTurn = 0;
    return load;
  }

  departed(load: readonly Passenger[]): void {
    this.#jobsUnderWay += 1;
    this.#rowsUnderWay += rowsOf(load);
    this.#peakRows -= (this.#peakRows - this.#waitingRows - this.#rowsUnderWay) * PEAK_DECAY;
  }

  returned(load: readonly Passenger[]): void {
    this.#jobsUnderWay -= 1;
    this.#rowsUnderWay -= rowsOf(load);
  }
}

function rowsOf(load: readonly Passenger[]): number {
  return load.reduce((sum, { request }) => sum + request.rows, 0);
}

/** Joins the rows of `load` into one job. */
export function coupleJob(id: string, load: readonly Passenger[]): InferenceJob {
  const first = load[0];
  if (first === undefined) throw new ServingError('internal', 'A job needs at least one request.');
  return {
    id,
    model: first.request.model,
    version: first.request.version,
    priority: first.request.priority,
    entries: load.map(({ request }) => ({ requestId: request.requestId, rows: request.rows, deadlineAtMs: request.deadlineAtMs })),
    rows: rowsOf(load),
    inputs: concatRowsOfAll(load.map(({ request }) => request.inputs)),
  };
}

/** Hands each request its own rows of the reply, as views; a failure that touches one of its rows fails it. */
export function uncoupleReply(load: readonly Passenger[], { outputs, failures, timing = NO_TIMING }: InferenceReply): void {
  let from = 0;
  const shared = { ...timing, executions: 0 };
  for (const passenger of load) {
    const to = from + passenger.request.rows;
    const failure = failures.find((failed) => failed.from < to && failed.to > from);
    if (failure !== undefined) passenger.reject(failure.error);
    else passenger.resolve(responseOf(passenger.request, load.length === 1 ? outputs : sliceRowsOfAll(outputs, from, to), from === 0 ? timing : shared));
    from = to;
  }
}

function responseOf({ model, version }: InferRequest, outputs: TensorMap, timing: ReplyTiming): InferResponse {
  return { model, version, outputs, timing };
}

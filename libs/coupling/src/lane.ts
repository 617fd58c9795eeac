import { NO_TIMING, type InferenceJob, type InferenceReply, type InferRequest, type InferResponse } from '@switchyard/inference';
import type { CouplingPolicy } from './coupling-policy.js';
import { coupleJob, fittingCount, rowsOf, splitReply } from './job-load.js';
import { RecentRows } from './recent-rows.js';

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

/** How long rows are held back for their share of a job while another one is under way: about as long as a job of a quick model takes. */
export const MAX_HOLD_MS = 10;

/** Requests that fit one job: same version, same priority, same tensors and row shapes. First come, first out. */
export class Lane {
  readonly model: string;
  readonly version: number;
  /** At the end of this turn of the event loop. */
  departureScheduled = false;
  /** When each left, the oldest first. */
  readonly #underWay = new Map<readonly Passenger[], number>();
  #rowsUnderWay = 0;
  #waiting: Passenger[] = [];
  #waitingRows = 0;
  #peakRows = 0;
  #rowsAtLastTurn = 0;
  readonly #recentRows = new RecentRows(MAX_HOLD_MS);
  #cancelHold: (() => void) | undefined;

  constructor({ model, version }: Pick<InferRequest, 'model' | 'version'>) {
    this.model = model;
    this.version = version;
  }

  get jobsUnderWay(): number {
    return this.#underWay.size;
  }

  /** Nobody will come back to it. One that is forgotten earlier would leave those who come next to a departure that is not theirs. */
  get isIdle(): boolean {
    return this.#underWay.size === 0 && this.#waiting.length === 0 && !this.departureScheduled;
  }

  get waitingRows(): number {
    return this.#waitingRows;
  }

  push(passenger: Passenger, nowMs: number): void {
    this.#waiting.push(passenger);
    this.#recentRows.add(passenger.request.rows, nowMs);
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

  /**
   * Milliseconds from now before which `rows` more have no answer, if no more than `rowsPerMs` pass: nothing that is under way can have
   * begun before the oldest of it left.
   */
  leastAnswerMs(rows: number, { rowsPerMs, nowMs }: { readonly rowsPerMs: number; readonly nowMs: number }): number {
    const [oldestAtMs = nowMs] = this.#underWay.values();
    return Math.max(0, oldestAtMs + this.#rowsUnderWay / rowsPerMs - nowMs) + (this.#waitingRows + rows) / rowsPerMs;
  }

  /** Whether requests have come since the last call. Asked once a turn of the event loop: a busy one has more of them to read. */
  hasGrown(): boolean {
    const before = this.#rowsAtLastTurn;
    this.#rowsAtLastTurn = this.#waitingRows;
    return this.#waitingRows > before;
  }

  /** Whether rows come so fast that `rows` of them are worth a wait: a trickle would be held back for nothing. */
  fills(rows: number, nowMs: number): boolean {
    return this.#recentRows.count(nowMs) >= rows;
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
    this.dropSettled();
    const limits = { maxRows: policy.maxJobRows, maxBytes: policy.maxJobBytes };
    const load = this.#waiting.splice(0, fittingCount(this.#waiting, ({ request: { rows }, bytes }) => ({ rows, bytes }), limits));
    this.#waitingRows -= rowsOf(requestsOf(load));
    this.#rowsAtLastTurn = 0;
    return load;
  }

  /** Those whose callers have been answered wait no longer. */
  dropSettled(): void {
    this.#waiting = this.#waiting.filter((passenger) => !passenger.settled);
    this.#waitingRows = rowsOf(requestsOf(this.#waiting));
  }

  departed(load: readonly Passenger[], atMs: number): void {
    this.#underWay.set(load, atMs);
    this.#rowsUnderWay += rowsOf(requestsOf(load));
    this.#peakRows -= (this.#peakRows - this.#waitingRows - this.#rowsUnderWay) * PEAK_DECAY;
  }

  returned(load: readonly Passenger[]): void {
    this.#underWay.delete(load);
    this.#rowsUnderWay -= rowsOf(requestsOf(load));
  }
}

function requestsOf(load: readonly Passenger[]): InferRequest[] {
  return load.map(({ request }) => request);
}

/** The rows of `load` as one job. */
export function jobOf(id: string, load: readonly Passenger[]): InferenceJob {
  return coupleJob(id, requestsOf(load));
}

/** Hands each request its own rows of the reply; a failure that touches one of its rows fails it. */
export function uncoupleReply(load: readonly Passenger[], reply: InferenceReply): void {
  const shares = splitReply(requestsOf(load), reply);
  load.forEach((passenger, index) => {
    const { outputs, failures, timing = NO_TIMING } = shares[index] as InferenceReply;
    const { model, version } = passenger.request;
    if (failures[0] === undefined) passenger.resolve({ model, version, outputs, timing });
    else passenger.reject(failures[0].error);
  });
}

import { randomUUID } from 'node:crypto';
import { ServingError } from '@switchyard/errors';
import type { Clock } from '@switchyard/clock';
import type { InferenceQueue, InferRequest, InferResponse, ServingCapacity } from '@switchyard/inference';
import { byteCount } from '@switchyard/tensor';
import type { CallerSignal } from './caller-signal.js';
import type { CouplingPolicy } from './coupling-policy.js';
import { loadKey } from './job-load.js';
import { Lane, MAX_HOLD_MS, jobOf, uncoupleReply, type Passenger } from './lane.js';

export interface CouplerOptions {
  readonly queue: InferenceQueue;
  readonly clock: Clock;
  readonly policy: CouplingPolicy;
  /** Jobs of one lane that may be under way at once for each worker. Two keep it busy: one runs while the next one arrives; more only make smaller jobs, and the queue's cost is per job. */
  readonly jobsPerWorker: number;
  readonly capacityOf: (model: string, version: number) => ServingCapacity;
}

/**
 * About what a job may take a worker, however many rows wait: its first row is answered with its last. A batch of the best size may
 * take longer.
 */
const MAX_JOB_MS = 50;

/**
 * Couples requests into queue jobs while earlier jobs are under way. No delay to tune: with nothing in flight a request leaves alone, at
 * once; under load the batches make themselves, and the queue's cost is paid once per batch, not once per request. While a job is under
 * way the next one leaves with its share of the rows (`Lane.shareRows`), or when the other has come back (docs/decisions/0035), unless rows
 * come so slowly that they would not make a share.
 */
export class Coupler {
  readonly #options: CouplerOptions;
  readonly #lanes = new Map<string, Lane>();
  #rowsInHand = 0;
  #bytesInHand = 0;

  constructor(options: CouplerOptions) {
    this.#options = options;
  }

  /** Rows that wait here or are under way. */
  get rowsInHand(): number {
    return this.#rowsInHand;
  }

  /**
   * Answers with the request's own rows before its deadline.
   * @param signal aborted when nobody waits for the answer any more: a request that has not left yet then never does.
   * @throws ServingError `overloaded` beyond the bounds, or at once when the rows that wait before it cannot pass in time; `deadline-exceeded`, `cancelled`, or what the queue or the worker failed with.
   */
  async submit(request: InferRequest, signal?: CallerSignal): Promise<InferResponse> {
    if (signal?.aborted === true) throw cancelled(request);
    const bytes = byteCount(request.inputs);
    this.#assertRoom(request, bytes);
    const key = loadKey(request);
    const lane = this.#laneOf(key, request);
    this.#assertTime(request, lane);
    this.#rowsInHand += request.rows;
    this.#bytesInHand += bytes;
    let gone = (): void => undefined;
    try {
      return await new Promise<InferResponse>((resolve, reject) => {
        const passenger = this.#passengerOf({ request, bytes }, resolve, reject);
        gone = () => passenger.reject(cancelled(request));
        signal?.addEventListener('abort', gone);
        lane.push(passenger, this.#options.clock.nowMs());
        this.#scheduleDeparture(key, lane);
      });
    } finally {
      signal?.removeEventListener('abort', gone); // the signal may outlive the request: a connection has many
      this.#rowsInHand -= request.rows;
      this.#bytesInHand -= bytes;
    }
  }

  #assertRoom({ model, rows }: InferRequest, bytes: number): void {
    const { maxRowsInHand, maxBytesInHand } = this.#options.policy;
    if (this.#rowsInHand === 0) return;
    if (this.#bytesInHand + bytes > maxBytesInHand) {
      throw new ServingError('overloaded', `The server has ${this.#bytesInHand} bytes of inputs in hand; with ${bytes} more for model "${model}" it would pass its limit of ${maxBytesInHand}.`, { retryAfterMs: 1_000 });
    }
    if (this.#rowsInHand + rows <= maxRowsInHand) return;
    throw new ServingError('overloaded', `The server is working on ${this.#rowsInHand} rows; with ${rows} more for model "${model}" it would pass its limit of ${maxRowsInHand}.`, { retryAfterMs: 1_000 });
  }

  /** Better an early "no" than a late one. By the best that the workers ever did: a pause of theirs is not taken for their pace (docs/decisions/0042). */
  #assertTime({ model, version, rows, deadlineAtMs }: InferRequest, lane: Lane): void {
    if (lane.waitingRows === 0) return;
    const { capacityOf, clock } = this.#options;
    const pace = { rowsPerMs: capacityOf(model, version).mostRowsPerMs, nowMs: clock.nowMs() };
    const leftMs = deadlineAtMs - clock.wallMs();
    if (lane.leastAnswerMs(rows, pace) <= leftMs) return;
    lane.dropSettled();
    const answerMs = lane.leastAnswerMs(rows, pace);
    if (lane.waitingRows === 0 || answerMs <= leftMs) return;
    const sentence = `${lane.waitingRows} rows wait for model "${model}"; with this request they take at least ${Math.ceil(answerMs)} ms, longer than it has.`;
    throw new ServingError('overloaded', sentence, { retryAfterMs: answerMs });
  }

  #laneOf(key: string, request: InferRequest): Lane {
    const lane = this.#lanes.get(key) ?? new Lane(request);
    this.#lanes.set(key, lane);
    return lane;
  }

  #passengerOf({ request, bytes }: Pick<Passenger, 'request' | 'bytes'>, resolve: (response: InferResponse) => void, reject: (error: unknown) => void): Passenger {
    const settle = <T>(outcome: (value: T) => void) => (value: T): void => {
      cancelDeadline();
      passenger.settled = true;
      outcome(value);
    };
    const passenger: Passenger = { request, bytes, resolve: settle(resolve), reject: settle(reject), settled: false };
    const { clock } = this.#options;
    const cancelDeadline = clock.after(request.deadlineAtMs - clock.wallMs(), () => {
      passenger.reject(new ServingError('deadline-exceeded', `Model "${request.model}" did not answer before the request's deadline.`));
    });
    return passenger;
  }

  /** Waits for the end of this turn of the event loop, so that requests read from many sockets in one turn share a job. */
  #scheduleDeparture(key: string, lane: Lane): void {
    if (lane.departureScheduled) return;
    lane.departureScheduled = true;
    setImmediate(() => {
      lane.departureScheduled = false;
      this.#depart(key, lane);
    });
  }

  /** @param isHeldEnough what waits has been held back for its share as long as may be */
  #depart(key: string, lane: Lane, isHeldEnough = false): void {
    const { policy, clock, jobsPerWorker, capacityOf } = this.#options;
    const { workers, mostRowsPerMs, batchRows } = capacityOf(lane.model, lane.version);
    const maxJobs = jobsPerWorker * Math.max(1, workers);
    const maxRows = Math.min(policy.maxJobRows, Math.max(batchRows, Math.ceil((MAX_JOB_MS * mostRowsPerMs) / workers)));
    while (lane.waitingRows > 0 && lane.jobsUnderWay < maxJobs) {
      const shareRows = Math.min(maxRows, lane.shareRows(maxJobs));
      if (lane.waitingRows < shareRows && !isHeldEnough) {
        const isHeld = lane.jobsUnderWay > 0 && lane.fills(shareRows, clock.nowMs());
        if (isHeld) return this.#hold(key, lane);
        if (lane.jobsUnderWay === 0 && lane.hasGrown()) return this.#scheduleDeparture(key, lane);
      }
      lane.release();
      const load = lane.takeJobLoad({ ...policy, maxJobRows: shareRows });
      if (load.length > 0) void this.#travel(key, lane, load);
    }
    if (lane.isIdle) this.#lanes.delete(key);
  }

  /** The next arrival or the return of a job decides again; a job that does not return must not keep the others back. */
  #hold(key: string, lane: Lane): void {
    lane.hold(() => this.#options.clock.after(MAX_HOLD_MS, () => {
      lane.release();
      this.#depart(key, lane, true);
    }));
  }

  async #travel(key: string, lane: Lane, load: readonly Passenger[]): Promise<void> {
    lane.departed(load, this.#options.clock.nowMs());
    try {
      uncoupleReply(load, await this.#options.queue.request(jobOf(randomUUID(), load)));
    } catch (error) {
      for (const passenger of load) passenger.reject(error);
    } finally {
      lane.returned(load);
      this.#depart(key, lane);
    }
  }
}

function cancelled({ model }: InferRequest): ServingError {
  return new ServingError('cancelled', `The request to model "${model}" was cancelled by its caller.`);
}

import { ServingError } from '@switchyard/errors';
import { buildHttpRequest } from './http-request.js';
import { LoadConnection } from './load-connection.js';
import { LoadLane, type LaneListener } from './load-lane.js';
import { assertLoadPlan, type LoadPlan, type LoadResult } from './load-plan.js';
import { LoadTally } from './load-tally.js';
import { loopbackTarget } from './loopback-target.js';

/** Requests at a fixed rate, whatever the server does; `connections` bounds how many may be under way. Over HTTP. */
export interface TricklePlan extends Omit<LoadPlan, 'warmUpMs' | 'transport' | 'otherUrls' | 'maxAnswers'> {
  readonly requestsPerSecond: number;
}

const MAX_REQUESTS_PER_SECOND = 1_000;
const LOOK_FOR_EXPIRED_EVERY_MS = 200;

/**
 * Sends requests one by one at fixed times (an open loop): a server that is slow gets no fewer, as a closed loop would grant it.
 * Latencies run from the write of each. Resolves when every request has its answer or its failure.
 *
 * @throws ServingError `invalid-input` for another machine, or a plan out of bounds
 */
export function runTrickle(plan: TricklePlan): Promise<LoadResult> {
  assertLoadPlan({ ...plan, warmUpMs: 0 });
  if (!(plan.requestsPerSecond > 0 && plan.requestsPerSecond <= MAX_REQUESTS_PER_SECOND)) {
    throw new ServingError('invalid-input', `The trickle's requestsPerSecond is ${plan.requestsPerSecond}; more than 0 and at most ${MAX_REQUESTS_PER_SECOND} is expected.`);
  }
  return new Promise((resolve) => new TrickleRun(plan, resolve).start());
}

class TrickleRun implements LaneListener {
  readonly #plan: TricklePlan;
  readonly #tally: LoadTally;
  readonly #resolve: (result: LoadResult) => void;
  readonly #idle: LoadLane[] = [];
  readonly #busy = new Set<LoadLane>();
  readonly #requests: readonly Buffer[];
  readonly #total: number;
  #sent = 0;
  #startedMs = 0;
  #sendTimer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;

  constructor(plan: TricklePlan, resolve: (result: LoadResult) => void) {
    const target = loopbackTarget(plan.url);
    this.#plan = plan;
    this.#resolve = resolve;
    this.#tally = new LoadTally({ ...plan, warmUpMs: 0 });
    this.#requests = plan.requests.map((content) => buildHttpRequest(target, content));
    this.#total = Math.max(1, Math.round((plan.measureMs / 1_000) * plan.requestsPerSecond));
  }

  start(): void {
    this.#startedMs = performance.now();
    this.#expiryTimer = setInterval(() => this.#expire(), LOOK_FOR_EXPIRED_EVERY_MS);
    this.#sendDue();
  }

  onAnswer(lane: LoadLane, response: { readonly status: number; readonly body: Buffer }, latencyMs: number): void {
    if (response.status < 200 || response.status > 299) this.#tally.fail(`status ${response.status}`);
    else this.#tally.answer(latencyMs, lane.request, response.body);
    this.#release(lane);
  }

  onFailure(lane: LoadLane, kind: string): void {
    this.#tally.fail(kind);
    this.#release(lane);
  }

  /** Sends what should have left by now, and comes again for the next. */
  #sendDue(): void {
    while (this.#sent < this.#total && this.#dueMs(this.#sent) <= performance.now()) {
      this.#sent += 1;
      this.#sendOne();
    }
    if (this.#sent < this.#total) this.#sendTimer = setTimeout(() => this.#sendDue(), this.#dueMs(this.#sent) - performance.now());
    else this.#finishIfDone();
  }

  #dueMs(index: number): number {
    return this.#startedMs + (index * 1_000) / this.#plan.requestsPerSecond;
  }

  #sendOne(): void {
    const lane = this.#idle.pop() ?? this.#newLane();
    if (lane === null) return this.#tally.fail('no connection was free');
    this.#busy.add(lane);
    lane.sendNext();
  }

  #newLane(): LoadLane | null {
    if (this.#busy.size >= this.#plan.connections) return null;
    const target = loopbackTarget(this.#plan.url);
    return new LoadLane({ connect: (listener) => new LoadConnection(target, listener), requests: this.#requests, start: this.#busy.size, listener: this });
  }

  #release(lane: LoadLane): void {
    this.#busy.delete(lane);
    this.#idle.push(lane);
    this.#finishIfDone();
  }

  #expire(): void {
    const limitMs = performance.now() - this.#plan.requestTimeoutMs;
    for (const lane of this.#busy) lane.expire(limitMs);
  }

  #finishIfDone(): void {
    if (this.#sent < this.#total || this.#busy.size > 0) return;
    clearTimeout(this.#sendTimer);
    clearInterval(this.#expiryTimer);
    for (const lane of this.#idle) lane.close();
    this.#resolve(this.#tally.result(performance.now() - this.#startedMs));
  }
}

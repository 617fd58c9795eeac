import { frameGrpcMessage } from './grpc-answer.js';
import { GrpcConnection } from './grpc-connection.js';
import { buildHttpRequest } from './http-request.js';
import { LoadConnection } from './load-connection.js';
import { LoadLane, type LaneListener, type LoadLaneOptions } from './load-lane.js';
import { assertLoadPlan, type LoadPlan, type LoadResult } from './load-plan.js';
import { LoadTally } from './load-tally.js';
import { loopbackTarget, type LoopbackTarget } from './loopback-target.js';
import type { HttpResponse } from './response-parser.js';

/** Told when the measurement begins and when it is over: whoever reads the CPU time of processes does so then. */
export type PhaseListener = (phase: 'measuring' | 'measured') => void;

/** A server that is down must not be asked a million times. */
const MAX_FAILURES = 1_000;
const LOOK_FOR_EXPIRED_EVERY_MS = 200;

/**
 * Puts a load on a server of this machine, in this thread, and resolves when every request has its answer or its failure.
 * Ends early after 1,000 failures.
 *
 * @throws ServingError `invalid-input` for another machine, or a plan out of bounds
 */
export function runLoad(plan: LoadPlan, onPhase: PhaseListener = () => undefined): Promise<LoadResult> {
  assertLoadPlan(plan);
  const roads = [plan.url, ...(plan.otherUrls ?? [])].map((url) => roadTo(loopbackTarget(url), plan));
  return new Promise((resolve) => {
    const run = new LoadRun(plan, onPhase, resolve);
    run.start(Array.from({ length: plan.connections }, (_, start) => new LoadLane({ ...(roads[start % roads.length] as Road), start, listener: run })));
  });
}

/** What every lane to one address shares. */
type Road = Pick<LoadLaneOptions, 'connect' | 'requests'>;

function roadTo(target: LoopbackTarget, { transport, requests }: LoadPlan): Road {
  return transport === 'grpc'
    ? { connect: (listener) => new GrpcConnection(target, listener), requests: requests.map(({ body }) => frameGrpcMessage(body)) }
    : { connect: (listener) => new LoadConnection(target, listener), requests: requests.map((content) => buildHttpRequest(target, content)) };
}

/** States: warming-up → measuring → draining → done. */
class LoadRun implements LaneListener {
  readonly #plan: LoadPlan;
  readonly #tally: LoadTally;
  readonly #onPhase: PhaseListener;
  readonly #resolve: (result: LoadResult) => void;
  #state: 'warming-up' | 'measuring' | 'draining' | 'done' = 'warming-up';
  #lanes: readonly LoadLane[] = [];
  #phaseTimer: NodeJS.Timeout | undefined;
  #expiryTimer: NodeJS.Timeout | undefined;
  #measuredFromMs = 0;
  #durationMs = 0;

  constructor(plan: LoadPlan, onPhase: PhaseListener, resolve: (result: LoadResult) => void) {
    this.#plan = plan;
    this.#tally = new LoadTally(plan);
    this.#onPhase = onPhase;
    this.#resolve = resolve;
  }

  start(lanes: readonly LoadLane[]): void {
    this.#lanes = lanes;
    // A timer of 0 ms still lets the first answers in before it.
    if (this.#plan.warmUpMs === 0) this.#measure();
    else this.#phaseTimer = setTimeout(() => this.#measure(), this.#plan.warmUpMs);
    this.#expiryTimer = setInterval(() => this.#expire(), LOOK_FOR_EXPIRED_EVERY_MS);
    for (const lane of lanes) lane.sendNext();
  }

  onAnswer(lane: LoadLane, response: HttpResponse, latencyMs: number): void {
    if (response.status < 200 || response.status > 299) return this.onFailure(lane, `status ${response.status}`);
    if (this.#state === 'measuring') {
      this.#tally.answer(latencyMs, lane.request, response.body);
      if (this.#tally.answers === this.#plan.maxAnswers) this.#drain();
    }
    this.#next(lane);
  }

  onFailure(lane: LoadLane, kind: string): void {
    this.#tally.fail(kind);
    if (this.#tally.failures >= MAX_FAILURES) this.#drain();
    this.#next(lane);
  }

  #next(lane: LoadLane): void {
    if (this.#state === 'warming-up' || this.#state === 'measuring') lane.sendNext();
    else if (!this.#lanes.some(({ isWaiting }) => isWaiting)) this.#finish();
  }

  #measure(): void {
    this.#state = 'measuring';
    this.#measuredFromMs = performance.now();
    this.#phaseTimer = setTimeout(() => this.#drain(), this.#plan.measureMs);
    this.#onPhase('measuring');
  }

  /** No lane sends again; those that wait for an answer still get it, or run out of time. */
  #drain(): void {
    if (this.#state === 'draining' || this.#state === 'done') return;
    clearTimeout(this.#phaseTimer);
    if (this.#state === 'measuring') {
      this.#durationMs = performance.now() - this.#measuredFromMs;
      this.#onPhase('measured');
    }
    this.#state = 'draining';
  }

  #expire(): void {
    const limitMs = performance.now() - this.#plan.requestTimeoutMs;
    for (const lane of this.#lanes) lane.expire(limitMs);
  }

  #finish(): void {
    if (this.#state === 'done') return;
    this.#state = 'done';
    clearInterval(this.#expiryTimer);
    for (const lane of this.#lanes) lane.close();
    this.#resolve(this.#tally.result(this.#durationMs));
  }
}

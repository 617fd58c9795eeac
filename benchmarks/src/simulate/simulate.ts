import TinyQueue from 'tinyqueue';
import { ArrivalRate, CostTable } from '@switchyard/batching';
import { percentile } from '../figures/percentile.js';
import type { MeasuredModel } from './cost-tables.js';
import type { Policy, PolicyDecision, PolicyKind } from './policy.js';

/** Runs of one size scatter by this much, up and down. */
const COST_SCATTER = 0.15;

export interface Scenario {
  readonly model: MeasuredModel;
  readonly policy: PolicyKind;
  /** Ascending, milliseconds. */
  readonly arrivals: Float64Array;
  readonly engines: number;
  readonly maxBatchRows: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export interface Outcome {
  /** Rows answered before their deadline, of all that came. */
  readonly goodput: number;
  /** Of the rows that were answered at all; NaN when none was. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly meanBatchRows: number;
  /** Rows refused on arrival or dropped before they ran. */
  readonly refusedRows: number;
}

/** A batch under way: the rows `[from, from + rows)` of those that were let in. */
interface Running {
  readonly startedAtMs: number;
  readonly endsAtMs: number;
  readonly from: number;
  readonly rows: number;
}

/**
 * Replays arrivals against engines that cost what was measured. One queue, first come first served, from which every free engine takes the batch
 * the policy decides on: how workers share a BullMQ queue. Time is simulated; nothing waits.
 */
export function simulate(scenario: Scenario): Outcome {
  const simulation = new Simulation(scenario);
  while (simulation.step());
  return simulation.outcome();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #costs: CostTable;
  readonly #policy: Policy;
  readonly #arrivalRate = new ArrivalRate();
  readonly #running = new TinyQueue<Running>([], (a, b) => a.endsAtMs - b.endsAtMs);
  /** When each row that was let in came. */
  readonly #letInAtMs: number[] = [];
  readonly #latenciesMs: number[] = [];
  #nextArrival = 0;
  /** First of the rows that wait. */
  #head = 0;
  #batches = 0;
  #refusedRows = 0;
  #wakeAtMs = Infinity;

  constructor(scenario: Scenario) {
    const { model, policy, maxBatchRows, engines } = scenario;
    this.#scenario = scenario;
    this.#costs = new CostTable(model.costMs);
    this.#policy = policy.create({ costMs: model.costMs, deadlineMs: model.deadlineMs, maxBatchRows, engines });
  }

  /** Goes to the next moment at which something happens. False when nothing will any more. */
  step(): boolean {
    const nowMs = Math.min(this.#scenario.arrivals[this.#nextArrival] ?? Infinity, this.#running.peek()?.endsAtMs ?? Infinity, this.#wakeAtMs);
    if (nowMs === Infinity) return false;
    this.#letIn(nowMs);
    this.#complete(nowMs);
    this.#dispatch(nowMs);
    return true;
  }

  outcome(): Outcome {
    const { arrivals, model } = this.#scenario;
    const sorted = Float64Array.from(this.#latenciesMs).sort();
    const inTime = sorted.filter((latencyMs) => latencyMs <= model.deadlineMs).length;
    return { goodput: inTime / arrivals.length, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99), meanBatchRows: sorted.length / Math.max(1, this.#batches), refusedRows: this.#refusedRows };
  }

  get #waitingRows(): number {
    return this.#letInAtMs.length - this.#head;
  }

  #letIn(nowMs: number): void {
    const { arrivals } = this.#scenario;
    for (; (arrivals[this.#nextArrival] ?? Infinity) <= nowMs; this.#nextArrival++) {
      this.#arrivalRate.observe(1, nowMs);
      if (this.#policy.accepts(this.#waitingRows)) this.#letInAtMs.push(nowMs);
      else this.#refusedRows += 1;
    }
  }

  #complete(nowMs: number): void {
    while ((this.#running.peek()?.endsAtMs ?? Infinity) <= nowMs) {
      const { startedAtMs, from, rows } = this.#running.pop() as Running;
      for (let row = from; row < from + rows; row++) this.#latenciesMs.push(nowMs - (this.#letInAtMs[row] as number));
      this.#policy.learn({ rows, durationMs: nowMs - startedAtMs, oldestWaitMs: startedAtMs - (this.#letInAtMs[from] as number) });
    }
  }

  #dispatch(nowMs: number): void {
    this.#wakeAtMs = Infinity;
    while (this.#waitingRows > 0 && this.#running.length < this.#scenario.engines) {
      const { rows, dropRows = 0, untilMs = Infinity } = this.#decide(nowMs);
      this.#head += dropRows;
      this.#refusedRows += dropRows;
      if (rows !== undefined) this.#start(rows, nowMs);
      else if (untilMs > nowMs) {
        this.#wakeAtMs = untilMs;
        return;
      }
    }
  }

  #decide(nowMs: number): PolicyDecision {
    return this.#policy.decide({
      nowMs,
      deadlineMs: this.#scenario.model.deadlineMs,
      waitingRows: this.#waitingRows,
      rowsPerMs: this.#arrivalRate.rowsPerMs(nowMs),
      arrivedAtMs: (index) => this.#letInAtMs[this.#head + index] as number,
    });
  }

  #start(rows: number, nowMs: number): void {
    const durationMs = this.#costs.costMs(rows) * (1 + COST_SCATTER * (2 * this.#scenario.random() - 1));
    this.#running.push({ startedAtMs: nowMs, endsAtMs: nowMs + durationMs, from: this.#head, rows });
    this.#head += rows;
    this.#batches += 1;
  }
}

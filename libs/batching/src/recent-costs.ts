/** Weight of a new measurement against what is known; about the last ten runs count. */
const LEARNING_RATE = 0.2;
/** Runs whose 95th percentile is taken. */
const KEPT_RUNS = 40;
/** With fewer runs than this the slowest of them says more of chance than of the model. */
const RUNS_FOR_PERCENTILE = 10;
/** What a run may take beyond the mean, until enough are known. */
const ASSUMED_P95 = 1.5;

/** What runs of one size have cost lately. */
export class RecentCosts {
  #meanMs: number;
  #runs = 0;
  #p95Ms: number | undefined;
  readonly #latestMs: number[] = [];

  constructor(measuredMs: number) {
    this.#meanMs = measuredMs;
  }

  get meanMs(): number {
    return this.#meanMs;
  }

  get runs(): number {
    return this.#runs;
  }

  /** Of the runs that are known; what pauses of the machine cost is not in it. */
  get leastMs(): number {
    return this.#runs === 0 ? this.#meanMs : Math.min(...this.#latestMs);
  }

  /** Asked for every submission, learnt once a run: so the sorting is done when first asked after one. */
  get p95Ms(): number {
    return (this.#p95Ms ??= this.#computeP95Ms());
  }

  observe(durationMs: number): void {
    this.#meanMs = this.#meanMs * (1 - LEARNING_RATE) + durationMs * LEARNING_RATE;
    this.#latestMs[this.#runs % KEPT_RUNS] = durationMs;
    this.#runs += 1;
    this.#p95Ms = undefined;
  }

  #computeP95Ms(): number {
    if (this.#latestMs.length < RUNS_FOR_PERCENTILE) return this.#meanMs * ASSUMED_P95;
    const ascending = [...this.#latestMs].sort((a, b) => a - b);
    return Math.max(this.#meanMs, ascending[Math.ceil(0.95 * ascending.length) - 1] ?? 0);
  }
}

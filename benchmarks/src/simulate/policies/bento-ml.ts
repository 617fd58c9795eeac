import type { Policy, PolicyDecision, PolicyKind, PolicySetting, PolicyView } from '../policy.js';

const KEPT_BATCHES = 50;
/** What it believes before it has seen enough to fit a line. */
const TRAINING_BATCHES = 11;
const TICK_MS = 1;
const WAIT_SHARE = 0.95;

/**
 * BentoML's CorkDispatcher: fits duration = a·rows + b to the last batches, waits in ticks of a millisecond while that is expected to pay, and
 * cancels the oldest when it would be late. (bentoml, marshal/dispatcher.py)
 */
export const bentoMl: PolicyKind = { name: 'BentoML-style', create: (setting) => new BentoMlPolicy(setting) };

class BentoMlPolicy implements Policy {
  readonly #setting: PolicySetting;
  readonly #batches: { rows: number; durationMs: number; waitMs: number }[] = [];
  #line = { a: 2, b: 1 };

  constructor(setting: PolicySetting) {
    this.#setting = setting;
  }

  accepts(): boolean {
    return true;
  }

  decide({ nowMs, waitingRows: rows, arrivedAtMs, deadlineMs }: PolicyView): PolicyDecision {
    const { a, b } = this.#line;
    if (this.#batches.length < TRAINING_BATCHES) return { rows: Math.min(rows, this.#batches.length + 1, this.#setting.maxBatchRows) };
    const oldestMs = nowMs - arrivedAtMs(0);
    const newestMs = nowMs - arrivedAtMs(rows - 1);
    if (rows > 1 && oldestMs + a * rows + b >= deadlineMs) return { dropRows: 1, untilMs: nowMs };
    const waits = rows < this.#setting.maxBatchRows && rows * (newestMs + TICK_MS + a) <= this.#averageWaitMs() * WAIT_SHARE;
    return waits ? { untilMs: nowMs + TICK_MS } : { rows: Math.min(rows, this.#setting.maxBatchRows) };
  }

  learn({ rows, durationMs, oldestWaitMs }: { readonly rows: number; readonly durationMs: number; readonly oldestWaitMs: number }): void {
    this.#batches.push({ rows, durationMs, waitMs: oldestWaitMs });
    if (this.#batches.length > KEPT_BATCHES) this.#batches.shift();
    this.#fit();
  }

  #averageWaitMs(): number {
    return mean(this.#batches.map(({ waitMs }) => waitMs));
  }

  /** Least squares. */
  #fit(): void {
    const meanRows = mean(this.#batches.map(({ rows }) => rows));
    const meanMs = mean(this.#batches.map(({ durationMs }) => durationMs));
    const spread = this.#batches.reduce((sum, { rows }) => sum + (rows - meanRows) ** 2, 0);
    if (spread === 0) return;
    const a = this.#batches.reduce((sum, { rows, durationMs }) => sum + (rows - meanRows) * (durationMs - meanMs), 0) / spread;
    this.#line = { a: Math.max(a, 0), b: Math.max(meanMs - Math.max(a, 0) * meanRows, 0) };
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

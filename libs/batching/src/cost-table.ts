import { RecentCosts } from './recent-costs.js';

/** What a size is known to cost. */
export interface KnownCost {
  readonly rows: number;
  readonly meanMs: number;
  readonly p95Ms: number;
  /** Runs that taught it, warm-up not counted. */
  readonly runs: number;
}

/** A larger size must be this much cheaper before rows are padded to it: measurements scatter. */
const PADDING_GAIN = 0.9;

/** After so many runs of other sizes one that is as cheap is tried again. */
const TRY_AGAIN_AFTER_RUNS = 500;

/**
 * What a batch of n rows costs, in milliseconds: measured per allowed size at warm-up, kept up to date by an exponential moving
 * average of real runs, linear between the sizes. An engine's cost per row may fall with the size or rise (MobileNetV2 on
 * onnxruntime rises): only a measurement can tell.
 */
export class CostTable {
  readonly #sizes: number[];
  readonly #costs: Map<number, RecentCosts>;
  /** Runs that have started, and how many had when each size last did. */
  #runs = 0;
  readonly #lastRuns = new Map<number, number>();

  /** @param measured milliseconds by number of rows; at least one size. */
  constructor(measured: ReadonlyMap<number, number>) {
    this.#sizes = [...measured.keys()].sort((a, b) => a - b);
    this.#costs = new Map([...measured].map(([size, costMs]) => [size, new RecentCosts(costMs)]));
  }

  /** Expected milliseconds for `rows`; beyond the largest size, as many batches of that size. */
  costMs(rows: number): number {
    return this.#interpolate(rows, (costs) => costs.meanMs);
  }

  /** What 19 of 20 runs of `rows` stay below. */
  p95Ms(rows: number): number {
    return this.#interpolate(rows, (costs) => costs.p95Ms);
  }

  /** What `rows` have cost at the least. */
  leastMs(rows: number): number {
    return this.#interpolate(rows, (costs) => costs.leastMs);
  }

  /** What a row has cost at the least, at whatever size: however well things go, rows do not pass faster. */
  leastMsPerRow(): number {
    return Math.min(...[...this.#costs].map(([size, costs]) => costs.leastMs / size));
  }

  /** The size, up to `maxRows`, with the least cost per row; never beyond the largest one measured: a warm-up leaves out what gains nothing. */
  cheapestRows(maxRows: number): number {
    const limit = Math.min(maxRows, this.#sizes.at(-1) ?? maxRows);
    const candidates = [...this.#sizes.filter((size) => size < limit), limit];
    return candidates.reduce((best, size) => (this.costMs(size) / size < this.costMs(best) / best ? size : best), limit);
  }

  /** The smallest size, up to `maxRows`, whose cost per row is at most `tolerance` times the least. */
  nearlyCheapestRows(maxRows: number, tolerance: number): number {
    const best = this.cheapestRows(maxRows);
    const limitMs = (tolerance * this.costMs(best)) / best;
    return this.#sizes.find((size) => size < best && this.costMs(size) / size <= limitMs) ?? best;
  }

  /**
   * A size, up to `maxRows`, that has not run for so long that what is known of it may no longer be true: nobody runs what was once found dear.
   * The dearer per row, the less often, so that trying costs next to nothing.
   * @param best `cheapestRows(maxRows)`, for whoever has asked already
   */
  dueRows(maxRows: number, best = this.cheapestRows(maxRows)): number | undefined {
    if (this.#runs < TRY_AGAIN_AFTER_RUNS) return undefined;
    const leastMsPerRow = this.costMs(best) / best;
    const isDue = (size: number): boolean => this.#runs - (this.#lastRuns.get(size) ?? 0) >= TRY_AGAIN_AFTER_RUNS * (this.costMs(size) / size / leastMsPerRow) ** 2;
    return this.#sizes.find((size) => size <= maxRows && size !== best && isDue(size) && this.paddedRows(size, Infinity) === size);
  }

  /** The largest measured size that takes `limitMs` at most; 0 when even the smallest takes longer. */
  rowsWithin(limitMs: number): number {
    return this.#sizes.findLast((size) => this.costMs(size) <= limitMs) ?? 0;
  }

  /** The next measured size above `rows`, up to `maxRows`. */
  nextSize(rows: number, maxRows: number): number | undefined {
    return this.#sizes.find((size) => size > rows && size <= maxRows);
  }

  /** The size at which `rows` run cheapest: their own, or a larger one where padding pays (an engine that knows few sizes). */
  paddedRows(rows: number, maxRows: number): number {
    const limitMs = this.costMs(rows) * PADDING_GAIN;
    const larger = this.#sizes.filter((size) => size > rows && size <= maxRows && this.costMs(size) < limitMs);
    return larger.reduce((best, size) => (this.costMs(size) < this.costMs(best) ? size : best), larger[0] ?? rows);
  }

  /** A batch starts; whether it teaches anything is seen when it ends. */
  started(rows: number): void {
    this.#runs += 1;
    this.#lastRuns.set(this.#nearest(rows), this.#runs);
  }

  /** Learns from a run; sizes between the allowed ones teach the nearest one, in proportion. */
  observe(rows: number, durationMs: number): void {
    const known = this.#costs.get(this.#nearest(rows));
    known?.observe(durationMs * (known.meanMs / Math.max(this.costMs(rows), Number.EPSILON)));
  }

  /** Ascending in rows, for explanation. */
  entries(): KnownCost[] {
    return this.#sizes.flatMap((rows) => {
      const known = this.#costs.get(rows);
      return known === undefined ? [] : [{ rows, meanMs: known.meanMs, p95Ms: known.p95Ms, runs: known.runs }];
    });
  }

  #nearest(rows: number): number {
    return this.#sizes.reduce((best, size) => (Math.abs(size - rows) < Math.abs(best - rows) ? size : best), this.#sizes[0] ?? rows);
  }

  #interpolate(rows: number, read: (costs: RecentCosts) => number): number {
    const valueAt = (size: number): number => read(this.#costs.get(size) as RecentCosts);
    const above = this.#sizes.find((size) => size >= rows);
    const largest = this.#sizes.at(-1) ?? 1;
    if (above === undefined) return (rows / largest) * valueAt(largest);
    const below = this.#sizes.findLast((size) => size <= rows) ?? above;
    if (above === below) return valueAt(above);
    return valueAt(below) + ((rows - below) / (above - below)) * (valueAt(above) - valueAt(below));
  }
}

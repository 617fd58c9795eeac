/** Weight of a new measurement against what is known; about the last ten runs of a size count. */
const LEARNING_RATE = 0.2;

/**
 * What a batch of n rows costs, in milliseconds: measured per allowed size at warm-up, kept up to date by an exponential moving
 * average of real runs, linear between the sizes. An engine's cost per row may fall with the size or rise (MobileNetV2 on
 * onnxruntime rises): only a measurement can tell.
 */
export class CostTable {
  readonly #sizes: number[];
  readonly #costMs: Map<number, number>;

  /** @param measured milliseconds by number of rows; at least one size. */
  constructor(measured: ReadonlyMap<number, number>) {
    this.#sizes = [...measured.keys()].sort((a, b) => a - b);
    this.#costMs = new Map(measured);
  }

  /** Expected milliseconds for `rows`; beyond the largest size, as many batches of that size. */
  costMs(rows: number): number {
    const above = this.#sizes.find((size) => size >= rows);
    if (above === undefined) return this.#extrapolateMs(rows);
    const below = this.#sizes.findLast((size) => size <= rows) ?? above;
    if (above === below) return this.#knownMs(above);
    const share = (rows - below) / (above - below);
    return this.#knownMs(below) + share * (this.#knownMs(above) - this.#knownMs(below));
  }

  /** The size, up to `maxRows`, with the least cost per row. */
  cheapestRows(maxRows: number): number {
    const candidates = [...this.#sizes.filter((size) => size < maxRows), maxRows];
    return candidates.reduce((best, size) => (this.costMs(size) / size < this.costMs(best) / best ? size : best), maxRows);
  }

  /** Learns from a run; sizes between the allowed ones teach the nearest one, in proportion. */
  observe(rows: number, durationMs: number): void {
    const nearest = this.#sizes.reduce((best, size) => (Math.abs(size - rows) < Math.abs(best - rows) ? size : best), this.#sizes[0] ?? rows);
    const scaledMs = durationMs * (this.#knownMs(nearest) / Math.max(this.costMs(rows), Number.EPSILON));
    this.#costMs.set(nearest, this.#knownMs(nearest) * (1 - LEARNING_RATE) + scaledMs * LEARNING_RATE);
  }

  /** Milliseconds by rows, ascending, for explanation. */
  entries(): [number, number][] {
    return this.#sizes.map((size) => [size, this.#knownMs(size)]);
  }

  #extrapolateMs(rows: number): number {
    const largest = this.#sizes.at(-1) ?? 1;
    return (rows / largest) * this.#knownMs(largest);
  }

  #knownMs(size: number): number {
    return this.#costMs.get(size) ?? 0;
  }
}

/** Latencies of one measurement, in milliseconds, in memory taken beforehand: recording allocates nothing. */
export class LatencyLog {
  readonly #values: Float32Array;
  #count = 0;

  /** @param capacity the most that can come; what comes beyond is counted and not kept */
  constructor(capacity: number) {
    this.#values = new Float32Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  add(latencyMs: number): void {
    if (this.#count < this.#values.length) this.#values[this.#count] = latencyMs;
    this.#count += 1;
  }

  /** Ascending, in memory of its own. */
  sorted(): Float32Array {
    return this.#values.slice(0, this.#count).sort();
  }
}

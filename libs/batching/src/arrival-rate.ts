/** Arrivals older than this hardly count: load changes within seconds, a batch within milliseconds. */
const TIME_CONSTANT_MS = 200;

/** Rows per millisecond that arrive, as an exponentially decaying average. */
export class ArrivalRate {
  #weightedRows = 0;
  #atMs = 0;

  observe(rows: number, nowMs: number): void {
    this.#weightedRows = this.#decayed(nowMs) + rows;
    this.#atMs = nowMs;
  }

  rowsPerMs(nowMs: number): number {
    return this.#decayed(nowMs) / TIME_CONSTANT_MS;
  }

  #decayed(nowMs: number): number {
    return this.#weightedRows * Math.exp((this.#atMs - nowMs) / TIME_CONSTANT_MS);
  }
}

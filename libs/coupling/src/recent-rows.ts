/** Rows that have come within the last `windowMs`, from two counts: what came in the window before counts by the part of it that is still within reach. */
export class RecentRows {
  readonly #windowMs: number;
  #window = 0;
  #rows = 0;
  #rowsBefore = 0;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add(rows: number, nowMs: number): void {
    this.#moveTo(Math.floor(nowMs / this.#windowMs));
    this.#rows += rows;
  }

  count(nowMs: number): number {
    const windows = nowMs / this.#windowMs;
    this.#moveTo(Math.floor(windows));
    return this.#rows + this.#rowsBefore * (1 - (windows - this.#window));
  }

  #moveTo(window: number): void {
    if (window === this.#window) return;
    this.#rowsBefore = window === this.#window + 1 ? this.#rows : 0;
    this.#rows = 0;
    this.#window = window;
  }
}

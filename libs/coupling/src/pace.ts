/** Of what was learnt, how much each further job leaves. */
const MEMORY = 0.8;

/** How fast the rows of a lane come back while some are under way: a mean over the latest jobs. Tells how long rows that come now have to wait. */
export class Pace {
  #rows = 0;
  #ms = 0;
  #sinceMs: number | null = null;

  /** Rows are under way from now on, unless some were. */
  began(nowMs: number): void {
    this.#sinceMs ??= nowMs;
  }

  /** `rows` are back. @param isBusy others are still under way */
  returned(rows: number, nowMs: number, isBusy: boolean): void {
    this.#rows = this.#rows * MEMORY + rows;
    this.#ms = this.#ms * MEMORY + (nowMs - (this.#sinceMs ?? nowMs));
    this.#sinceMs = isBusy ? nowMs : null;
  }

  /** Rows failed to come back: which teaches nothing of how long they take. */
  failed(nowMs: number, isBusy: boolean): void {
    this.#sinceMs = isBusy ? nowMs : null;
  }

  /** How long `rows` take; zero while that is not known. */
  msFor(rows: number): number {
    return this.#rows === 0 ? 0 : (rows * this.#ms) / this.#rows;
  }
}

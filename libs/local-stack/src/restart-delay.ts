const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
/** A process that dies this often in a row, each time before it was up for `STABLE_AFTER_MS`, needs a person. */
const MAX_RESTARTS = 6;
const STABLE_AFTER_MS = 30_000;

/** Decides when a process that died is started again: a delay that doubles, a bounded number of times in a row. */
export class RestartDelay {
  #restartsInARow = 0;

  /**
   * @param upMs how long the process had been running
   * @returns milliseconds to wait, or null: give up
   */
  afterDeath(upMs: number): number | null {
    if (upMs > STABLE_AFTER_MS) this.#restartsInARow = 0;
    if (this.#restartsInARow === MAX_RESTARTS) return null;
    this.#restartsInARow += 1;
    return Math.min(FIRST_DELAY_MS * 2 ** (this.#restartsInARow - 1), LONGEST_DELAY_MS);
  }
}

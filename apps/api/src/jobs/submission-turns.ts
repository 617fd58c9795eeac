import type { Clock } from '@switchyard/clock';

/** How long submissions may be read in one turn of the event loop. */
const TURN_MS = 0.5;

/**
 * Lets a flood of submissions take turns with everything else: who waits for an answer shares the event loop with them, and to read their
 * rows takes long. What comes when this turn's time is used up is read one turn later; first come, first read.
 */
export class SubmissionTurns {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #waiting: (() => void)[] = [];
  #usedMs = 0;
  #isTurnOpen = false;

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  /** What `read` returns, or throws. */
  run<Read>(read: () => Read): Promise<Read> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(read());
        } catch (error) {
          reject(error as Error);
        }
      });
      this.#proceed();
    });
  }

  #proceed(): void {
    this.#openTurn();
    while (this.#waiting.length > 0 && this.#usedMs < TURN_MS) {
      const startedAtMs = this.#clock.nowMs();
      this.#waiting.shift()?.();
      this.#usedMs += this.#clock.nowMs() - startedAtMs;
    }
  }

  #openTurn(): void {
    if (this.#isTurnOpen) return;
    this.#isTurnOpen = true;
    this.#usedMs = 0;
    setImmediate(() => {
      this.#isTurnOpen = false;
      if (this.#waiting.length > 0) this.#proceed();
    });
  }
}

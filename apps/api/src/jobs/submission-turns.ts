import type { Clock } from '@switchyard/clock';

/** How long submissions may be read in one turn of the event loop. */
const TURN_MS = 0.5;
/** However long one took to read. */
const LONGEST_REST_MS = 100;
/** Who has waited so long is read without a rest: a flood over many connections must not wait for minutes. */
const LONGEST_WAIT_MS = 1_000;

export interface SubmissionTurnsOptions {
  readonly clock: Pick<Clock, 'nowMs' | 'after'>;
  /** Of the time, how much reading may take now; all of it by default. */
  readonly share?: () => number;
}

/**
 * Lets a flood of submissions take turns with everything else: who waits for an answer shares the event loop with them, and to read their
 * rows takes long. What comes when this turn's time is used up is read one turn later, or when their share allows it; first come, first read.
 */
export class SubmissionTurns {
  readonly #clock: Pick<Clock, 'nowMs' | 'after'>;
  readonly #share: () => number;
  readonly #waiting: { readonly sinceMs: number; readonly read: () => void }[] = [];
  #usedMs = 0;
  #restsUntilMs = -Infinity;
  #isTurnOpen = false;

  constructor({ clock, share = () => 1 }: SubmissionTurnsOptions) {
    this.#clock = clock;
    this.#share = share;
  }

  /** What `read` returns, or throws. */
  run<Read>(read: () => Read): Promise<Read> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        sinceMs: this.#clock.nowMs(),
        read: () => {
          try {
            resolve(read());
          } catch (error) {
            reject(error as Error);
          }
        },
      });
      this.#proceed();
    });
  }

  #proceed(): void {
    while (this.#waiting.length > 0 && this.#usedMs < TURN_MS && this.#clock.nowMs() >= this.#nextDueAtMs()) this.#readNext();
    if (this.#isTurnOpen) return;
    this.#isTurnOpen = true;
    const nextTurn = (): void => {
      this.#isTurnOpen = false;
      this.#usedMs = 0;
      if (this.#waiting.length > 0) this.#proceed();
    };
    const restMs = this.#nextDueAtMs() - this.#clock.nowMs();
    if (restMs > 0) this.#clock.after(restMs, nextTurn);
    else setImmediate(nextTurn);
  }

  /** When who waits longest may be read. */
  #nextDueAtMs(): number {
    const [next] = this.#waiting;
    return next === undefined ? -Infinity : Math.min(this.#restsUntilMs, next.sinceMs + LONGEST_WAIT_MS);
  }

  #readNext(): void {
    const startedAtMs = this.#clock.nowMs();
    this.#waiting.shift()?.read();
    const nowMs = this.#clock.nowMs();
    const tookMs = nowMs - startedAtMs;
    this.#usedMs += tookMs;
    this.#restsUntilMs = nowMs + Math.min(LONGEST_REST_MS, tookMs * (1 / this.#share() - 1));
  }
}

/** A batch that took this many times what it takes at best shared its cores with others. */
const CONTENDED = 2;
/** Of what such a batch took: how long yielding rows rest after it. */
const REST = 3;
/** Beyond this a rest only costs throughput: who comes meanwhile waits for a batch of theirs in any case. */
const LONGEST_REST_MS = 50;

/**
 * When yielding rows may run again. Where api, Redis and engine share their cores, a backlog keeps all of them busy and every step of a call has to
 * wait for its turn, whatever its place in the queue: so batches of yielding rows leave three quarters of the time to others. Where nobody else
 * wants the cores, batches take no longer than at best, and nothing rests (docs/decisions/0046).
 */
export class YieldingPace {
  #untilMs = -Infinity;

  get untilMs(): number {
    return this.#untilMs;
  }

  /** A batch of yielding rows has ended. @param leastMs what one of its size takes at best */
  ran({ durationMs, leastMs, nowMs }: { readonly durationMs: number; readonly leastMs: number; readonly nowMs: number }): void {
    if (durationMs > CONTENDED * leastMs) this.#untilMs = nowMs + Math.min(LONGEST_REST_MS, REST * durationMs);
  }
}

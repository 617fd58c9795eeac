import { ServingError } from '@switchyard/errors';
import type { IsolationLimits } from './isolation-limits.js';

type QuarantineLimits = Pick<IsolationLimits, 'quarantineEnds' | 'quarantineWindowMs' | 'quarantineMs'>;

/**
 * Counts how often the hosts of one model end, over all of them, and keeps a model that ends them again and again from being started
 * for a while: each start costs seconds of a core, and each end the requests under way.
 */
export class Quarantine {
  readonly #limits: QuarantineLimits;
  readonly #nowMs: () => number;
  #endsAtMs: number[] = [];
  #untilMs = -Infinity;
  #lastReason = '';

  constructor(limits: QuarantineLimits, nowMs: () => number = () => performance.now()) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Counts one end of a host that nobody asked for. */
  recordEnd(reason: string): void {
    const nowMs = this.#nowMs();
    const { quarantineEnds, quarantineWindowMs, quarantineMs } = this.#limits;
    this.#endsAtMs = [...this.#endsAtMs.filter((atMs) => nowMs - atMs < quarantineWindowMs), nowMs];
    if (this.#endsAtMs.length < quarantineEnds) return;
    this.#endsAtMs = [];
    this.#lastReason = reason;
    this.#untilMs = nowMs + quarantineMs;
  }

  /** Why the model answers nothing, while it is quarantined; else null. */
  refusal(): ServingError | null {
    const leftMs = this.#untilMs - this.#nowMs();
    if (leftMs <= 0) return null;
    const { quarantineEnds, quarantineWindowMs } = this.#limits;
    return new ServingError(
      'model-not-ready',
      `The model is quarantined: it ended its process ${quarantineEnds} times within ${inMinutes(quarantineWindowMs)} (the last time, ${this.#lastReason}). ` +
        `It is tried again in ${inMinutes(leftMs)}; a new version is served at once.`,
    );
  }
}

function inMinutes(durationMs: number): string {
  const minutes = Math.ceil(durationMs / 60_000);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

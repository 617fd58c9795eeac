import type { LogEntry } from './log-entry.js';

/** Learns from the trainer's log which models will not come, so that nobody waits for them. */
export class FailedTrainings {
  readonly #reasons = new Map<string, string>();

  /** Takes in any entry of any log. */
  note({ msg, model, status, reason }: LogEntry): void {
    if (msg !== 'training.ended' || typeof model !== 'string') return;
    if (status === 'succeeded') this.#reasons.delete(model);
    else this.#reasons.set(model, typeof reason === 'string' ? reason : 'The run failed.');
  }

  /** Why the last run for this model published nothing; undefined when it did, or goes on. */
  reasonFor(model: string): string | undefined {
    return this.#reasons.get(model);
  }
}

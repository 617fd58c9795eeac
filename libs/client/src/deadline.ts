import { SwitchyardError } from './switchyard-error.js';

/** Timers of longer delays fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One end for a whole call with all its attempts and pauses: the time that is over, or the caller's signal. Close it. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #endsAtMs: number;
  readonly #callerSignal: AbortSignal | undefined;
  readonly #onCallerAbort = (): void => this.#controller.abort(new SwitchyardError('cancelled', 'The caller cancelled the call.', { cause: this.#callerSignal?.reason }));

  /** @throws SwitchyardError `invalid-input` when `timeoutMs` is no positive number */
  constructor(timeoutMs: number, signal?: AbortSignal) {
    if (!(timeoutMs > 0)) throw new SwitchyardError('invalid-input', `"timeoutMs" is ${timeoutMs}; a positive number of milliseconds is expected.`);
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#callerSignal = signal;
    this.#timer = setTimeout(() => this.#controller.abort(timeOver(timeoutMs)), Math.min(timeoutMs, LONGEST_TIMER_MS));
    signal?.addEventListener('abort', this.#onCallerAbort, { once: true });
    if (signal?.aborted === true) this.#onCallerAbort();
  }

  /** Aborted at the end, with the SwitchyardError `deadline-exceeded` or `cancelled` that the call ends in as its reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAtMs - performance.now());
  }

  /** @throws SwitchyardError the signal's reason, when the end comes first */
  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this;
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal.reason as SwitchyardError);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, delayMs);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Idempotent. */
  close(): void {
    clearTimeout(this.#timer);
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort);
  }
}

function timeOver(timeoutMs: number): SwitchyardError {
  return new SwitchyardError('deadline-exceeded', `The call did not succeed within ${Math.round(timeoutMs)} ms.`);
}

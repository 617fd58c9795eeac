/** A Ctrl-C reaches us twice, from the terminal and from npm, which passes it on. Within this time it is one. */
const SAME_PRESS_MS = 700;

/**
 * Ctrl-C and SIGTERM: the first asks for an orderly end, the next, pressed again, forces it.
 * `close` gives the signals back to Node.
 */
export class Interruption {
  readonly #first = new AbortController();
  readonly #second = new AbortController();
  readonly #onSignal = (): void => this.#receive();
  #firstMs = 0;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.#onSignal);
  }

  /** Aborts when an orderly end is asked for. */
  get requested(): AbortSignal {
    return this.#first.signal;
  }

  /** Aborts when the end is forced. */
  get forced(): AbortSignal {
    return this.#second.signal;
  }

  close(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.#onSignal);
  }

  #receive(): void {
    if (!this.#first.signal.aborted) {
      this.#firstMs = performance.now();
      this.#first.abort();
    } else if (performance.now() - this.#firstMs > SAME_PRESS_MS) {
      this.#second.abort();
    }
  }
}

/** Resolves when the signal aborts, or at once if it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

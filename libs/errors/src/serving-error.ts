import type { ErrorKind } from './error-kind.js';

/**
 * The one error class. `message` is a full sentence that names the offending value and what was expected;
 * it is shown to clients, so it never holds a path, a host name or a stack.
 */
export class ServingError extends Error {
  readonly kind: ErrorKind;
  /** When the caller may try again, in milliseconds; only for `overloaded` and `*-unavailable`. */
  readonly retryAfterMs: number | undefined;
  /** The process or thread that ran the request ended over it. Known only beside it: this does not cross the queue. */
  readonly endedEngine: boolean;

  constructor(kind: ErrorKind, message: string, options: { cause?: unknown; retryAfterMs?: number; endedEngine?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ServingError';
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.endedEngine = options.endedEngine ?? false;
  }
}

/** Wraps anything thrown, once, at a boundary. A ServingError passes through; the rest is `internal` with the cause kept for the log. */
export function toServingError(thrown: unknown, fallback: ErrorKind = 'internal', message?: string): ServingError {
  if (thrown instanceof ServingError) return thrown;
  return new ServingError(fallback, message ?? 'Something failed inside the server; the log has the details.', { cause: thrown });
}

/** Makes a `switch` over a union exhaustive: a new member does not compile until it is handled. */
export function assertNever(value: never): never {
  throw new ServingError('internal', `Unhandled case ${JSON.stringify(value)}. This is a bug.`);
}

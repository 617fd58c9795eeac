import { isErrorKind, type ErrorKind } from './error-kind.js';
import { ServingError, toServingError } from './serving-error.js';

/** An error as it crosses the queue: plain JSON, no stack, no cause. */
export interface ErrorFrame {
  readonly kind: ErrorKind;
  readonly message: string;
  readonly retryAfterMs?: number;
}

export function encodeError(thrown: unknown): ErrorFrame {
  const error = toServingError(thrown);
  return {
    kind: error.kind,
    message: error.message,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

export function decodeError(frame: ErrorFrame): ServingError {
  const kind = isErrorKind(frame.kind) ? frame.kind : 'internal';
  return new ServingError(kind, frame.message, frame.retryAfterMs === undefined ? {} : { retryAfterMs: frame.retryAfterMs });
}

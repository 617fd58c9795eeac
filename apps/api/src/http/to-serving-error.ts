import { ServingError, toServingError, type ErrorKind } from '@switchyard/errors';

const KIND_OF_STATUS: Record<number, ErrorKind> = {
  400: 'invalid-input',
  408: 'deadline-exceeded',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  429: 'overloaded',
};

/** Errors of the HTTP layer itself (body too large, unreadable multipart, …) in our own kinds; anything unknown is `internal`. */
export function fromHttpLayer(thrown: unknown, maxUploadBytes: number): ServingError {
  if (thrown instanceof ServingError) return thrown;
  const status = statusOf(thrown);
  const kind = status === undefined ? undefined : KIND_OF_STATUS[status];
  if (kind === 'payload-too-large') return new ServingError(kind, `The request body is larger than the ${maxUploadBytes} bytes that are accepted.`, { cause: thrown });
  if (kind !== undefined) return new ServingError(kind, sentence(thrown), { cause: thrown });
  if (status !== undefined && status >= 400 && status < 500) return new ServingError('invalid-input', sentence(thrown), { cause: thrown });
  return toServingError(thrown);
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { statusCode, getStatus } = thrown as { statusCode?: unknown; getStatus?: () => number };
  if (typeof statusCode === 'number') return statusCode;
  return typeof getStatus === 'function' ? getStatus.call(thrown) : undefined;
}

function sentence(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : 'The request cannot be read';
  return message.endsWith('.') ? message : `${message}.`;
}

import { ServingError, toServingError, type ErrorKind } from '@switchyard/errors';

/** Characters of one segment of a path. */
export const MAX_PARAM_LENGTH = 300;

const KIND_OF_STATUS: Record<number, ErrorKind> = {
  408: 'deadline-exceeded',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  429: 'overloaded',
};

export interface HttpErrorContext {
  /** Method and path, cut to a length that can be shown. */
  readonly route: string;
  readonly maxUploadBytes: number;
}

/** The status the HTTP layer itself (Node, Fastify, Nest) gave an error of the client's; undefined for all other errors. */
export function httpStatusOf(thrown: unknown): number | undefined {
  if (thrown instanceof ServingError || typeof thrown !== 'object' || thrown === null) return undefined;
  const { statusCode, getStatus } = thrown as { statusCode?: unknown; getStatus?: () => number };
  const status = typeof getStatus === 'function' ? getStatus.call(thrown) : statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** Errors of the HTTP layer (body too large, unreadable path, …) in our own kinds and words; anything unknown is `internal`. */
export function describeHttpError(thrown: unknown, context: HttpErrorContext): ServingError {
  const status = httpStatusOf(thrown);
  if (status === undefined) return toServingError(thrown);
  return new ServingError(KIND_OF_STATUS[status] ?? 'invalid-input', sentence(thrown, status, context), { cause: thrown });
}

function sentence(thrown: unknown, status: number, { route, maxUploadBytes }: HttpErrorContext): string {
  switch (status) {
    case 404:
      return `There is no ${route}; /openapi.json lists what there is.`;
    case 413:
      return `The request body is larger than the ${maxUploadBytes} bytes that are accepted.`;
    case 414:
      return `A part of the path ${route} is longer than the ${MAX_PARAM_LENGTH} characters that are accepted.`;
    case 415:
      return 'The content-type of the request is no media type; one as "application/json" is expected.';
    default:
      return isUnreadablePath(thrown) ? `The path of ${route} holds a "%" that begins no valid percent-encoding of UTF-8.` : messageOf(thrown);
  }
}

function isUnreadablePath(thrown: unknown): boolean {
  return (thrown as { code?: unknown }).code === 'FST_ERR_BAD_URL';
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : 'The request cannot be read.';
}

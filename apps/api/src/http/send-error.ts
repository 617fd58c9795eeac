import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServingError } from '@switchyard/errors';
import type { Logger } from '@switchyard/service-runtime';
import { errorProtocolOf, type ErrorProtocol } from './error-protocol.js';
import { pathOf } from '../tf-serving/path-of.js';
import { describeHttpError, httpStatusOf } from './http-error.js';
import { otherMethods } from './route-methods.js';

/** A path may be as long as the headers; a message and a log line show so much of it. */
const SHOWN_PATH_LENGTH = 200;

export interface ErrorContext {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly logger: Logger;
  readonly maxUploadBytes: number;
}

/** Answers an error in the shape of the protocol whose route was called, with its code and one sentence; the details go to the log. */
export function sendError(thrown: unknown, { request, reply, logger, maxUploadBytes }: ErrorContext): void {
  const route = `${request.method} ${shownPath(request)}`;
  const protocol = errorProtocolOf(request.url);
  const ownStatus = httpStatusOf(thrown);
  const refusal = ownStatus === 404 ? protocol.malformed(request.method, pathOf(request)) ?? wrongMethod(protocol, request, reply) : null;
  if (refusal !== null) {
    answer(request, reply, refusal);
    return;
  }
  const error = describeHttpError(thrown, { route, maxUploadBytes });
  const status = ownStatus ?? protocol.errorStatus[error.kind];
  logError(logger, request, error, status);
  if (error.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000));
  answer(request, reply, { status, body: protocol.encode(error) });
}

/** Of a path that there is, though not with this method: which there are stands in `Allow` (RFC 9110, 15.5.6). Null for a path that there is not. */
function wrongMethod(protocol: ErrorProtocol, request: FastifyRequest, reply: FastifyReply): { status: number; body: Buffer } | null {
  const allowed = otherMethods(request, pathOf(request)).join(', ');
  if (allowed === '') return null;
  void reply.header('allow', allowed);
  const message = `There is no ${request.method} ${shownPath(request)}; at this path there is ${allowed}.`;
  return { status: 405, body: protocol.encode({ kind: 'invalid-input', message }) };
}

/** The id is set here too: a request whose path cannot be read never reached the hooks. */
function answer(request: FastifyRequest, reply: FastifyReply, { status, body }: { status: number; body: Buffer }): void {
  void reply.status(status).header('x-request-id', request.id).header('content-type', 'application/json').send(body);
}

function logError(logger: Logger, request: FastifyRequest, error: ServingError, status: number): void {
  const fields = { requestId: request.id, method: request.method, path: shownPath(request), status, kind: error.kind };
  if (status >= 500) logger.error({ ...fields, err: error }, 'request.failed');
  else logger.debug({ ...fields, reason: error.message }, 'request.refused');
}

function shownPath(request: FastifyRequest): string {
  const path = pathOf(request);
  return path.length <= SHOWN_PATH_LENGTH ? path : `${path.slice(0, SHOWN_PATH_LENGTH)}…`;
}

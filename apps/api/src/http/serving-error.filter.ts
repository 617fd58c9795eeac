import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServingError } from '@switchyard/errors';
import * as house from '@switchyard/protocol-predict';
import * as tfServing from '@switchyard/protocol-tf-serving';
import type { Logger } from '@switchyard/service-runtime';
import { fromHttpLayer } from './to-serving-error.js';

/** Answers every error in the shape of the protocol whose route was called, with its code and one sentence; the details go to the log. */
@Catch()
export class ServingErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly maxUploadBytes: number,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (isHealthReport(thrown)) {
      void reply.status(thrown.getStatus()).send(thrown.getResponse());
      return;
    }
    this.#answer(request, reply, thrown);
  }

  #answer(request: FastifyRequest, reply: FastifyReply, thrown: unknown): void {
    const isTfServing = request.url.slice(0, 4).toLowerCase() === '/v1/';
    if (isTfServing && isUnknownRoute(thrown)) {
      void send(reply, 400, tfServing.encodeError(`Malformed request: ${request.method} ${request.url.split('?')[0] ?? ''}`));
      return;
    }
    const error = fromHttpLayer(thrown, this.maxUploadBytes);
    const status = isUnknownRoute(thrown) ? 404 : (isTfServing ? tfServing : house).errorStatus[error.kind];
    this.#log(request, error, status);
    if (error.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1_000));
    void send(reply, status, isTfServing ? tfServing.encodeError(error.message) : house.encodeError(error));
  }

  #log(request: FastifyRequest, error: ServingError, status: number): void {
    const fields = { requestId: request.id, method: request.method, path: request.url.split('?')[0], status, kind: error.kind };
    if (status >= 500) this.logger.error({ ...fields, err: error }, 'request.failed');
    else this.logger.debug({ ...fields, reason: error.message }, 'request.refused');
  }
}

function send(reply: FastifyReply, status: number, body: Buffer): FastifyReply {
  return reply.status(status).header('content-type', 'application/json').send(body);
}

function isUnknownRoute(thrown: unknown): boolean {
  return thrown instanceof HttpException && thrown.getStatus() === 404;
}

/** terminus reports a failed check as an exception that carries the whole report. */
function isHealthReport(thrown: unknown): thrown is HttpException {
  return thrown instanceof HttpException && thrown.getStatus() === 503 && typeof thrown.getResponse() === 'object';
}

import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@switchyard/service-runtime';
import { sendError } from './send-error.js';

/** Where every error of a route ends: `sendError` answers it. */
@Catch()
export class ServingErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly maxUploadBytes: number,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (isHealthReport(thrown)) void reply.status(thrown.getStatus()).send(thrown.getResponse());
    else sendError(thrown, { request, reply, logger: this.logger, maxUploadBytes: this.maxUploadBytes });
  }
}

/** terminus reports a failed check as an exception that carries the whole report. */
function isHealthReport(thrown: unknown): thrown is HttpException {
  return thrown instanceof HttpException && thrown.getStatus() === 503 && typeof thrown.getResponse() === 'object';
}

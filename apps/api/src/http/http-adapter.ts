import type { IncomingMessage, RequestListener } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@switchyard/service-runtime';
import type { ApiConfig } from '../api.config.js';
import { MAX_PARAM_LENGTH } from './http-error.js';
import { answerClientError, createHttpServer, type HttpLimits } from './http-server.js';
import { requestIdOf } from './request-id.js';
import { sendError } from './send-error.js';
import { routedUrl } from '../tf-serving/routed-url.js';

export interface HttpAdapterOptions {
  readonly config: ApiConfig;
  readonly limits: HttpLimits;
  readonly logger: Logger;
}

/** Fastify as the api wants it: every limit set, every error in the api's own shapes, also of requests that reach no route. */
export function createHttpAdapter({ config, limits, logger }: HttpAdapterOptions): FastifyAdapter {
  const maxUploadBytes = config.MAX_UPLOAD_SIZE;
  return new FastifyAdapter({
    bodyLimit: maxUploadBytes,
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers),
    rewriteUrl: ({ url = '/' }: IncomingMessage) => routedUrl(url),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    serverFactory: (handler: RequestListener) => createHttpServer(handler, limits),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendError(error, { request, reply, logger, maxUploadBytes }),
  });
}

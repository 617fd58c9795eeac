import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NO_PROTOCOL, type RequestMetrics } from '@switchyard/metrics-prometheus';

/** What the metrics need to know of a request; set by the handler. */
export interface ServedRequest {
  readonly protocol: string;
  /** Empty until the model is known to exist. */
  readonly model: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    served: ServedRequest | null;
  }
}

export function markServed(request: FastifyRequest, served: ServedRequest): void {
  request.served = served;
}

/** Counts each answer when it has left. Requests for models that do not exist are counted under none: labels must stay few. */
export function observeRequests(fastify: FastifyInstance, metrics: RequestMetrics): void {
  fastify.decorateRequest('served', null);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { protocol, model } = request.served ?? { protocol: NO_PROTOCOL, model: '' };
    metrics.answered({ protocol, model, code: reply.statusCode, durationMs: reply.elapsedTime });
    done();
  });
}

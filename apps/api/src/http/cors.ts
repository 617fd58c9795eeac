import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The methods pages of other origins may use: under /v1 those TF Serving allows them (`--rest_api_enable_cors_support`), else all that the api has. */
const TF_SERVING_METHODS = 'POST, GET';
const ALL_METHODS = 'POST, GET, DELETE, PUT, PATCH';
/** What a request may tell beyond its body, on every path: what the api reads and browsers do not send unasked. */
const ALLOWED_HEADERS = 'Content-Type, Content-Encoding, Inference-Header-Content-Length, X-Timeout-Ms, X-Priority, X-Request-Id, Idempotency-Key, Prefer';
/** What an answer tells beyond its body. */
const EXPOSED_HEADERS = 'X-Request-Id, Retry-After, Location, Inference-Header-Content-Length, Idempotent-Replayed';

/**
 * Lets pages of `allowOrigin` (`*` for any, empty for none) call the api from a browser: every answer says so, and a browser's question beforehand
 * (OPTIONS with an `Origin`) is answered here.
 */
export function allowCors(fastify: FastifyInstance, allowOrigin: string): void {
  if (allowOrigin === '') return;
  fastify.addHook('onRequest', (request, reply, done) => {
    addHeaders(request, reply, allowOrigin);
    if (request.method === 'OPTIONS' && /^https?:\/\//.test(request.headers.origin ?? '')) void reply.status(200).send();
    else done();
  });
}

function addHeaders({ url }: FastifyRequest, reply: FastifyReply, allowOrigin: string): void {
  void reply.headers({
    'access-control-allow-origin': allowOrigin,
    'access-control-allow-methods': url.startsWith('/v1/') ? TF_SERVING_METHODS : ALL_METHODS,
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-expose-headers': EXPOSED_HEADERS,
  });
  if (allowOrigin !== '*') void reply.header('vary', 'Origin');
}

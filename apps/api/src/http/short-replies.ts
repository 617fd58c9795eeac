import type { FastifyInstance } from 'fastify';

/** Longer bodies gain nothing, and would cost a second copy. */
const LONGEST_BYTES = 16 * 1024;

/**
 * Sends short JSON bodies as text. Node joins headers and a text body to one string; a Buffer is a piece of its own, which makes HTTP a
 * tenth dearer (docs/decisions/0035-the-hot-road.md).
 */
export function sendShortRepliesAsText(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (Buffer.isBuffer(payload) && payload.byteLength <= LONGEST_BYTES && reply.getHeader('content-type') === 'application/json') done(null, payload.toString('utf8'));
    else done(null, payload);
  });
}

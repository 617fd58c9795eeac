import type { FastifyReply } from 'fastify';

/** Aborted once the connection of the caller is closed, or its answer has left. */
export function callerGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.closed) controller.abort();
  else reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

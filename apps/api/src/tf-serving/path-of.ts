import type { FastifyRequest } from 'fastify';

/** The path as the caller wrote it: routing has seen it in lower case (`routedUrl`), but names keep theirs. */
export function pathOf({ originalUrl }: FastifyRequest): string {
  const end = originalUrl.indexOf('?');
  return end === -1 ? originalUrl : originalUrl.slice(0, end);
}

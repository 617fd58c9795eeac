import type { FastifyRequest } from 'fastify';

/** How long a caller prefers to wait for the end of what it asks for, by `Prefer: wait=N` in seconds (RFC 7240, section 4.3); 0 without it. */
export function preferredWaitMs({ headers }: Pick<FastifyRequest, 'headers'>, longestSeconds: number): number {
  const seconds = /(?:^|[,;\s])wait=(\d{1,6})/.exec([headers['prefer'] ?? ''].flat().join())?.[1];
  return 1_000 * Math.min(Number(seconds ?? 0), longestSeconds);
}

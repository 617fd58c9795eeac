import type { IncomingHttpHeaders } from 'node:http';
import { ForbiddenException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';

/** Change nothing (RFC 9110, 9.2.1). */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses what a page of another origin has a browser send here (cross-site request forgery: https://owasp.org/www-community/attacks/csrf): bodies
 * are read whatever they are called, so that no browser asks beforehand, and whoever visits the page may stand where strangers do not, as on
 * this very machine. Requests of other programs have neither of the two headers. The rules are those of Go's `http.CrossOriginProtection`.
 * @param allowOrigin the origin whose pages may call; `*` for any, empty for none
 */
export function refuseCrossOrigin(fastify: FastifyInstance, allowOrigin: string): void {
  if (allowOrigin === '*') return;
  fastify.addHook('onRequest', ({ raw: { headers, method = '' } }, _reply, done) => {
    if (headers.origin === undefined && headers['sec-fetch-site'] === undefined) done(); // no browser, as nearly always
    else if (SAFE_METHODS.has(method) || isOwn(headers) || headers.origin === allowOrigin) done();
    else done(new ForbiddenException('Pages of other origins may not call this server; its operator names the one that may as CORS_ALLOW_ORIGIN.'));
  });
}

/** Whether it is a page of this server, or nobody's, that the browser sends for. Older browsers, and pages without TLS, tell by their origin only. */
function isOwn({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The whole of ReDoc in one file, as its package ships it: nothing else of the package is ever loaded. */
const BUNDLE = createRequire(import.meta.url).resolve('redoc/bundles/redoc.standalone.js');
const ASSETS = '/redoc/assets/';
/** The page may load nothing from elsewhere, whatever the bundle asks for (it knows the address of a logo). ReDoc searches in a worker it makes itself, and styles itself. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; worker-src blob:; connect-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Switchyard</title><style>body { margin: 0 }</style></head>
<body><redoc spec-url="/openapi.json"></redoc><script src="${ASSETS}${basename(BUNDLE)}"></script></body>
</html>
`;

/** The OpenAPI document as a page to read, at `/redoc`; all it needs is served from here. */
export async function serveRedoc(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyStatic, { root: dirname(BUNDLE), prefix: ASSETS, decorateReply: false, index: false, allowedPath: (path) => path === `/${basename(BUNDLE)}`, maxAge: '1d' });
  fastify.get('/redoc', (_request, reply) => reply.header('content-security-policy', CONTENT_SECURITY_POLICY).type('text/html; charset=utf-8').send(PAGE));
}

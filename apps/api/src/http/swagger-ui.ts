import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const FOLDER = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const ASSETS = '/docs/assets/';
/** Of the package, what the page needs. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'];
const START = 'start.js';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Switchyard</title>
<link rel="stylesheet" href="${ASSETS}swagger-ui.css"><link rel="icon" type="image/png" href="${ASSETS}favicon-32x32.png"></head>
<body><div id="swagger-ui"></div><script src="${ASSETS}swagger-ui-bundle.js"></script><script src="${ASSETS}${START}"></script></body>
</html>
`;
const SCRIPT = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true });\n`;

/** The OpenAPI document as a page with a form for each route, Swagger UI, at `/docs`; all it needs is served from here. */
export async function serveSwaggerUi(fastify: FastifyInstance): Promise<void> {
  await fastify.register(fastifyStatic, { root: FOLDER, prefix: ASSETS, decorateReply: false, index: false, allowedPath: (path) => FILES.includes(path.slice(1)), maxAge: '1d' });
  fastify.get(`${ASSETS}${START}`, (_request, reply) => reply.type('text/javascript; charset=utf-8').send(SCRIPT));
  for (const path of ['/docs', '/docs/']) fastify.get(path, (_request, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
}

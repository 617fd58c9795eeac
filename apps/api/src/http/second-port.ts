import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Closable } from '@switchyard/service-runtime';

/** Serves the same routes on one more port, for clients that know TF Serving's. */
export async function listenAlsoOn(fastify: FastifyInstance, port: number, host: string): Promise<Closable> {
  const server = createServer((request, response) => fastify.routing(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

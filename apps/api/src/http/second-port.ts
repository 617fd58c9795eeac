import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Closable } from '@switchyard/service-runtime';
import { answerClientError, createHttpServer, type HttpLimits } from './http-server.js';

export interface SecondPortOptions extends HttpLimits {
  readonly port: number;
  readonly host: string;
}

/** Serves the same routes on one more port, for clients that know TF Serving's. It stops listening together with the first one. */
export async function listenAlsoOn(fastify: FastifyInstance, { port, host, ...limits }: SecondPortOptions): Promise<Closable> {
  const server = createHttpServer((request, response) => fastify.routing(request, response), limits);
  server.on('clientError', answerClientError);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeServer(server));
  fastify.addHook('preClose', (done) => {
    void close(); // whoever closes this port waits for the requests it still has; the first port must not wait for them to stop listening
    done();
  });
  return { close };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

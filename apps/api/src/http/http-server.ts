import { STATUS_CODES, createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { encodeError } from '@switchyard/protocol-predict';

/** Longer than the idle timeout of the usual load balancers (60 s), so that it is they who close a connection, not we under their request. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const SHORTEST_CHECK_INTERVAL_MS = 100;

export interface HttpLimits {
  /** How long a client may take to send a request, headers and body. */
  readonly receiveTimeoutMs: number;
  /** Open connections, at most; a new one beyond them is closed at once. */
  readonly maxConnections: number;
}

/** An HTTP server that no client can hold up: who does not send a whole request in time, or sends no HTTP, is answered and hung up on. */
export function createHttpServer(handler: RequestListener, { receiveTimeoutMs, maxConnections }: HttpLimits): Server {
  const server = createServer(
    {
      requestTimeout: receiveTimeoutMs,
      headersTimeout: receiveTimeoutMs,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      // Node looks for late requests at this interval, by default every 30 s: they would be late twice over.
      connectionsCheckingInterval: Math.max(SHORTEST_CHECK_INTERVAL_MS, Math.round(receiveTimeoutMs / 10)),
    },
    handler,
  );
  server.maxConnections = maxConnections;
  return server;
}

/** Answers what Node's parser could not read as HTTP, in the house shape: nothing is known of the route. */
export function answerClientError(error: NodeJS.ErrnoException & { readonly reason?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { status, kind, message } = describeClientError(error);
  const body = encodeError({ kind, message });
  if (socket.writable) {
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.byteLength}\r\n\r\n${body.toString('utf8')}`);
  }
  socket.destroySoon();
}

function describeClientError({ code, message, reason }: NodeJS.ErrnoException & { readonly reason?: string }) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, kind: 'deadline-exceeded', message: 'The request did not arrive whole in the time a client is given for it.' } as const;
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, kind: 'invalid-input', message: 'The path and the headers of the request are larger than is accepted.' } as const;
  return { status: 400, kind: 'invalid-input', message: `The request cannot be read as HTTP/1.1: ${reason ?? message}.` } as const;
}

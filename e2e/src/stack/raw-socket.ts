import { connect } from 'node:net';

export interface RawExchange {
  /** Everything the server sent. */
  readonly received: string;
  /** Whether the server closed the connection before the deadline. */
  readonly closed: boolean;
  readonly durationMs: number;
}

/**
 * Sends bytes that need not be HTTP and waits until the server closes the connection.
 *
 * @param bytes sent at once; nothing follows, and this side stays open
 */
export function exchangeRaw(baseUrl: string, bytes: string | Uint8Array, deadlineMs: number): Promise<RawExchange> {
  const { hostname, port } = new URL(baseUrl);
  const startedMs = performance.now();
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const finish = (closed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ received, closed, durationMs: performance.now() - startedMs });
    };
    const timer = setTimeout(() => finish(false), deadlineMs);
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.once('end', () => finish(true));
    // A reset is a close too; what was received before it counts.
    socket.once('error', () => finish(true));
    socket.write(bytes);
  });
}

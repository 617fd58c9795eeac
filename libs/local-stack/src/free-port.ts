import { createServer, type Server } from 'node:net';
import { ServingError } from '@switchyard/errors';

/** A TCP port on the loopback address that nobody uses now. Somebody else may take it before you do: a caller tries again. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/** Several free ports, all different. */
export async function freePorts(count: number): Promise<number[]> {
  // All are held before the first is let go, or the system could give the same one twice.
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0, '127.0.0.1')));
  const ports = servers.map(portOf);
  await Promise.all(servers.map(close));
  return ports;
}

/**
 * Checks a port the user chose before anything is started on it.
 *
 * @param variable the environment variable that moves it
 * @throws ServingError `conflict` naming the port and the variable
 */
export async function requireFreePort(port: number, host: string, variable: string): Promise<void> {
  try {
    await close(await listen(port, host));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const problem = code === 'EADDRINUSE' ? 'is already taken by another program' : `cannot be used on ${host} (${code})`;
    throw new ServingError('conflict', `Port ${port} ${problem}. Stop that program, or choose another port with ${variable}=<port>.`, { cause: error });
  }
}

function listen(port: number, host: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address === 'object' && address !== null) return address.port;
  throw new ServingError('internal', 'A TCP server listens without a port. This is a bug.');
}

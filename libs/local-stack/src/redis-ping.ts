import { createConnection } from 'node:net';

const TIMEOUT_MS = 1_000;

/** Whether a Redis on the loopback address answers PING; false while it still loads its file. Speaks RESP itself: two lines need no client. */
export function redisAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const finish = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(TIMEOUT_MS, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('data', (reply) => finish(reply.toString().startsWith('+PONG')));
    socket.once('connect', () => socket.write('PING\r\n'));
  });
}

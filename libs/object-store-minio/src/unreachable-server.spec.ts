import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ObjectStore } from '@switchyard/object-store';
import { createMinioObjectStore } from './minio-object-store.js';

let server: Server;
let port: number;
const sockets = new Set<Socket>();
beforeEach(async () => {
  server = createServer((socket) => sockets.add(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
});

function connect(timeouts: { callTimeoutMs?: number; stallTimeoutMs?: number } = {}): ObjectStore {
  return createMinioObjectStore({ endpoint: '127.0.0.1', port, useSsl: false, accessKey: 'key', secretKey: 'secret-key', bucket: 'objects', ...timeouts });
}

async function firstKey(store: ObjectStore): Promise<string | undefined> {
  for await (const key of store.list('')) return key;
  return undefined;
}

describe('MinioObjectStore without a server', () => {
  it('says so within a few seconds when the connection is refused, whatever the call, and names no address', async () => {
    server.close();
    await once(server, 'close');
    const store = connect();
    const startedAtMs = performance.now();
    const calls = [store.put('a', Buffer.from('x')), store.open('a'), store.stat('a'), store.delete('a'), firstKey(store)];
    for (const settled of await Promise.allSettled(calls)) {
      expect(settled).toMatchObject({
        status: 'rejected',
        reason: { kind: 'storage-unavailable', message: 'The object store cannot be reached; it is used again as soon as it answers.' },
      });
    }
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });

  it('gives up at the deadline of the call when the server takes the connection and is silent', async () => {
    await expect(connect({ callTimeoutMs: 200 }).stat('a')).rejects.toMatchObject({ kind: 'storage-unavailable' });
  });

  it('gives up a connection that stands still, and tries again on another', async () => {
    await expect(connect({ stallTimeoutMs: 50 }).stat('a')).rejects.toMatchObject({ kind: 'storage-unavailable' });
    expect(sockets.size).toBe(4);
  });
});

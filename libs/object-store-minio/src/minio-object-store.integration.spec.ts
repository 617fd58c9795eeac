import { createServer, connect, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'minio';
import { readObject, type ObjectStore } from '@switchyard/object-store';
import { objectStoreConformance } from '@switchyard/object-store/conformance';
import { describeWith, testMinio } from '@switchyard/test-kit';
import { createMinioObjectStore, type MinioObjectStoreOptions } from './minio-object-store.js';

const minio = await testMinio();

describeWith(minio, 'MinioObjectStore', (server) => {
  afterAll(() => server.close());

  const options = (): MinioObjectStoreOptions => {
    const url = new URL(server.endpoint);
    const { accessKey, secretKey, bucket } = server;
    return { endpoint: url.hostname, port: Number(url.port), useSsl: url.protocol === 'https:', accessKey, secretKey, bucket };
  };

  objectStoreConformance({
    name: 'MinIO',
    createStore: async () => ({ store: createMinioObjectStore(options()), close: async () => undefined }),
  });

  it('makes the bucket, and makes it again when it was removed', async () => {
    const bucket = `removed-${randomBytes(6).toString('hex')}`;
    const store = createMinioObjectStore({ ...options(), bucket });
    await store.put('a', Buffer.from('x'));
    await store.delete('a');
    await clientOf(options()).removeBucket(bucket);
    await store.put('a', Buffer.from('y'));
    expect((await readObject(store, 'a'))?.toString()).toBe('y');
  });

  it('lists more than one page', async () => {
    const store = createMinioObjectStore(options());
    const keys = Array.from({ length: 1_050 }, (_, index) => `pages/${String(index).padStart(4, '0')}`);
    for (let start = 0; start < keys.length; start += 50) {
      await Promise.all(keys.slice(start, start + 50).map((key) => store.put(key, Buffer.alloc(1))));
    }
    const listed: string[] = [];
    for await (const key of store.list('pages/')) listed.push(key);
    expect(listed).toEqual(keys);
  });

  it('drops the parts of a put that broke off', async () => {
    const store = createMinioObjectStore(options());
    const body = bytesThenError(20 * 1024 * 1024);
    await expect(store.put('parts', body)).rejects.toMatchObject({ kind: 'storage-unavailable' });
    for await (const upload of clientOf(options()).listIncompleteUploads(options().bucket, 'parts', true)) {
      throw new Error(`An upload was left behind: ${JSON.stringify(upload)}`);
    }
  });

  it('says that the credentials are refused, at once', async () => {
    const store = createMinioObjectStore({ ...options(), secretKey: 'not-the-secret' });
    await expect(store.open('a')).rejects.toMatchObject({
      kind: 'storage-unavailable',
      message: 'The object store refuses the credentials of this service.',
    });
  });

  describe('over a bad line', () => {
    let line: FlakyLine;
    let store: ObjectStore;
    beforeEach(async () => {
      line = await flakyLineTo(server.endpoint);
      store = createMinioObjectStore({ ...options(), endpoint: '127.0.0.1', port: line.port });
    });
    afterEach(() => line.close());

    it('tries again when connections break', async () => {
      line.breakNext(2);
      await store.put('flaky', Buffer.from('x'));
      line.breakNext(2);
      expect((await readObject(store, 'flaky'))?.toString()).toBe('x');
    });

    it('fails while the server is away and works when it is back', async () => {
      await store.put('back', Buffer.from('x'));
      line.breakNext(Infinity);
      await expect(store.open('back')).rejects.toMatchObject({ kind: 'storage-unavailable' });
      line.breakNext(0);
      expect((await readObject(store, 'back'))?.toString()).toBe('x');
    });

    it('never hands out a part for the whole when the line is cut while reading', async () => {
      await store.put('cut', Buffer.alloc(20 * 1024 * 1024));
      const stream = (await store.open('cut'))!;
      stream.once('data', () => line.cut());
      await expect(buffer(stream)).rejects.toMatchObject({ kind: 'storage-unavailable' });
    });
  });
});

function clientOf({ endpoint, port, useSsl, accessKey, secretKey }: MinioObjectStoreOptions): Client {
  return new Client({ endPoint: endpoint, port, useSSL: useSsl, accessKey, secretKey });
}

function bytesThenError(bytes: number): Readable {
  return Readable.from(
    (function* (): Generator<Buffer> {
      yield Buffer.alloc(bytes);
      throw new Error('The other side hung up.');
    })(),
  );
}

interface FlakyLine {
  readonly port: number;
  /** The next so many connections break as soon as they are made; those standing break now. */
  breakNext(connections: number): void;
  /** Breaks what is standing. */
  cut(): void;
  close(): Promise<void>;
}

/** A relay to the server that loses connections on demand. */
async function flakyLineTo(endpoint: string): Promise<FlakyLine> {
  const { hostname, port } = new URL(endpoint);
  const standing = new Set<Socket>();
  let toBreak = 0;
  const relay: Server = createServer((near) => {
    near.on('error', () => undefined);
    if (toBreak > 0) {
      toBreak -= 1;
      near.destroy();
      return;
    }
    const far = connect(Number(port), hostname).on('error', () => near.destroy());
    for (const socket of [near, far]) standing.add(socket.on('close', () => [near, far].forEach((end) => end.destroy())));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const cut = (): void => {
    for (const socket of standing) socket.destroy();
    standing.clear();
  };
  return {
    port: (relay.address() as { port: number }).port,
    breakNext(connections) {
      cut();
      toBreak = connections;
    },
    cut,
    async close() {
      cut();
      relay.close();
      await once(relay, 'close');
    },
  };
}

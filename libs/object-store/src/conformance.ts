import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import type { ObjectStore } from './object-store.js';
import { readObject } from './read-object.js';

export interface ObjectStoreConformanceOptions {
  /** Which store this is, for the names of the tests. */
  readonly name: string;
  /** An empty store; called once. */
  createStore(): Promise<{ readonly store: ObjectStore; close(): Promise<void> }>;
  /** Tests, by their exact name, that this store cannot pass, with the reason in words. */
  readonly skip?: readonly { readonly test: string; readonly reason: string }[];
}

const MIB = 1024 * 1024;
/** A large object is written in parts by stores that talk over a network; this is several of them. */
const LARGE_BYTES = 20 * MIB;
const INVALID_KEYS = ['', '../x', 'a/../b', './a', 'a//b', '/etc/hosts', 'a/', 'a b', 'a\\b', 'ü', 'a\0b', 'x'.repeat(1_001)];

/** What every object store must do, whatever lies beneath: the promises of `ObjectStore`, one test each. */
export function objectStoreConformance(options: ObjectStoreConformanceOptions): void {
  const check = (name: string, test: () => Promise<void>): void => {
    const skipped = options.skip?.find((candidate) => candidate.test === name);
    if (skipped === undefined) it(name, test, 60_000);
    else it.skip(`${name} (skipped: ${skipped.reason})`, test);
  };

  describe(`object store conformance, ${options.name}`, () => {
    let store: ObjectStore;
    let close = async (): Promise<void> => undefined;
    beforeAll(async () => {
      ({ store, close } = await options.createStore());
    }, 60_000);
    afterAll(() => close());

    const text = async (key: string): Promise<string | undefined> => (await readObject(store, key))?.toString();

    check('gives back what was put, from a buffer and from a stream', async () => {
      await store.put('put/buffer.bin', Buffer.from('from a buffer'));
      await store.put('put/stream.bin', Readable.from([Buffer.from('from '), Buffer.from('a stream')]));
      expect(await text('put/buffer.bin')).toBe('from a buffer');
      expect(await text('put/stream.bin')).toBe('from a stream');
    });

    check('stores exactly the bytes of a view into a larger buffer', async () => {
      await store.put('view.bin', new Uint8Array([0, 1, 2, 3, 4]).subarray(1, 4));
      expect([...(await readObject(store, 'view.bin'))!]).toEqual([1, 2, 3]);
    });

    check('keeps an empty object, from a buffer and from a stream', async () => {
      await store.put('empty/buffer', Buffer.alloc(0));
      await store.put('empty/stream', Readable.from([]));
      for (const key of ['empty/buffer', 'empty/stream']) {
        expect((await readObject(store, key))?.byteLength).toBe(0);
        expect((await store.stat(key))?.bytes).toBe(0);
      }
    });

    check('streams 20 MB in and out unchanged', async () => {
      const written = createHash('sha256');
      await store.put('large.bin', Readable.from(chunks(LARGE_BYTES, (chunk) => written.update(chunk))));
      const read = createHash('sha256');
      for await (const chunk of (await store.open('large.bin'))!) read.update(chunk as Buffer);
      expect(read.digest('hex')).toBe(written.digest('hex'));
      expect((await store.stat('large.bin'))?.bytes).toBe(LARGE_BYTES);
    });

    check('tells size and time of change', async () => {
      const beforeMs = Date.now();
      await store.put('stat.bin', Buffer.alloc(1_234));
      const stat = await store.stat('stat.bin');
      expect(stat?.bytes).toBe(1_234);
      // Stores keep whole seconds at worst, by their own clock.
      expect(Math.abs(stat!.modifiedAtMs - beforeMs)).toBeLessThan(30_000);
    });

    check('answers null for what is not there, a folder included', async () => {
      await store.put('folder/object', Buffer.from('x'));
      for (const key of ['absent', 'folder', 'folder/absent', 'absent/deep/down']) {
        expect(await store.open(key)).toBeNull();
        expect(await store.stat(key)).toBeNull();
      }
    });

    check('deletes, and does not mind when there is nothing to delete', async () => {
      await store.put('delete/one', Buffer.from('1'));
      await store.put('delete/other', Buffer.from('2'));
      await store.delete('delete/one');
      await store.delete('delete/one');
      await store.delete('never/was');
      expect(await store.open('delete/one')).toBeNull();
      expect(await text('delete/other')).toBe('2');
    });

    check('lists in the order of the characters of the whole key', async () => {
      const keys = ['order/a-b', 'order/a.b', 'order/a/b', 'order/a/b0/c', 'order/a0', 'order/B', 'order/a_b', 'order/10', 'order/9'];
      for (const key of keys) await store.put(key, Buffer.from(key));
      expect(await keysOf(store.list('order/'))).toEqual([...keys].sort());
    });

    check('lists by prefix: a whole folder, a part of a name, nothing, everything', async () => {
      const keys = ['prefix/m/1', 'prefix/mnist/1', 'prefix/mnist/2', 'prefix/n'];
      for (const key of keys) await store.put(key, Buffer.from(key));
      expect(await keysOf(store.list('prefix/mnist/'))).toEqual(['prefix/mnist/1', 'prefix/mnist/2']);
      expect(await keysOf(store.list('prefix/m'))).toEqual(['prefix/m/1', 'prefix/mnist/1', 'prefix/mnist/2']);
      expect(await keysOf(store.list('prefix/mnist/1'))).toEqual(['prefix/mnist/1']);
      expect(await keysOf(store.list('nothing/begins/so'))).toEqual([]);
      expect(await keysOf(store.list(''))).toEqual(expect.arrayContaining(keys));
    });

    check('lets keys be deleted while they are listed', async () => {
      for (let index = 0; index < 25; index += 1) await store.put(`sweep/${index}/result`, Buffer.from('x'));
      for await (const key of store.list('sweep/')) await store.delete(key);
      expect(await keysOf(store.list('sweep/'))).toEqual([]);
    });

    check('shows readers the old object or the new one, never a part', async () => {
      const bodies = [Buffer.alloc(300_000, 'a'), Buffer.alloc(200_000, 'b')];
      await store.put('replaced', bodies[0]!);
      let writing = true;
      const reader = async (): Promise<void> => {
        while (writing) {
          const seen = await readObject(store, 'replaced');
          expect(bodies.some((body) => body.equals(seen!))).toBe(true);
        }
      };
      const writer = async (): Promise<void> => {
        for (let turn = 1; turn <= 20; turn += 1) await store.put('replaced', bodies[turn % 2]!);
      };
      await Promise.all([writer().finally(() => (writing = false)), reader(), reader(), reader()]);
    });

    check('keeps the old object when a put breaks off', async () => {
      await store.put('kept', Buffer.from('old'));
      // Once within the first part, once after several.
      for (const bytes of [MIB, LARGE_BYTES]) {
        const body = Readable.from(breakingOff(bytes));
        await expect(store.put('kept', body)).rejects.toMatchObject({ name: 'ServingError', kind: 'storage-unavailable' });
        expect(body.destroyed).toBe(true);
      }
      expect(await text('kept')).toBe('old');
    });

    check('stores nothing when a put to a new key breaks off', async () => {
      await expect(store.put('broken/new', Readable.from(breakingOff(MIB)))).rejects.toBeInstanceOf(ServingError);
      expect(await store.open('broken/new')).toBeNull();
      expect(await keysOf(store.list('broken/'))).toEqual([]);
    });

    check('takes a stream that was destroyed without an error for broken off', async () => {
      const body = new Readable({ read: () => undefined });
      body.push(Buffer.from('part'));
      const put = store.put('broken/silently', body);
      body.destroy();
      await expect(put).rejects.toMatchObject({ kind: 'storage-unavailable' });
      expect(await store.open('broken/silently')).toBeNull();
    });

    check('throws a ServingError of the stream as it is', async () => {
      const refused = new ServingError('model-invalid', 'The digest does not fit.');
      const body = new Readable({ read: () => body.destroy(refused) });
      await expect(store.put('refused', body)).rejects.toBe(refused);
    });

    check('writes and deletes neighbours at once', async () => {
      const turns = Array.from({ length: 20 }, (_, index) => `neighbours/${index % 2}/${index}`);
      await Promise.all(
        turns.map(async (key) => {
          await store.put(key, Buffer.from(key));
          await store.delete(key);
          await store.put(`${key}.kept`, Buffer.from(key));
        }),
      );
      expect(await keysOf(store.list('neighbours/'))).toEqual(turns.map((key) => `${key}.kept`).sort());
    });

    check('refuses keys that are malformed or could climb out', async () => {
      for (const key of INVALID_KEYS) {
        const refusal = { kind: 'invalid-input' };
        await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject(refusal);
        await expect(store.open(key)).rejects.toMatchObject(refusal);
        await expect(store.stat(key)).rejects.toMatchObject(refusal);
        await expect(store.delete(key)).rejects.toMatchObject(refusal);
      }
      for (const prefix of ['../x', '/etc', 'a//', 'a b']) {
        await expect(keysOf(store.list(prefix))).rejects.toMatchObject({ kind: 'invalid-input' });
      }
    });

    check('destroys the stream of a put it refuses', async () => {
      const body = Readable.from([Buffer.from('x')]);
      await expect(store.put('../x', body)).rejects.toMatchObject({ kind: 'invalid-input' });
      expect(body.destroyed).toBe(true);
    });
  });
}

/** `bytes` bytes in 64 KiB chunks, each filled with its index, so that a swapped or missing chunk shows. */
function* chunks(bytes: number, onChunk: (chunk: Buffer) => void = () => undefined): Generator<Buffer> {
  const size = 64 * 1024;
  for (let index = 0; index * size < bytes; index += 1) {
    const chunk = Buffer.alloc(Math.min(size, bytes - index * size), `${index}.`);
    onChunk(chunk);
    yield chunk;
  }
}

function* breakingOff(bytes: number): Generator<Buffer> {
  yield* chunks(bytes);
  throw new Error('The other side hung up.');
}

async function keysOf(listing: AsyncIterable<string>): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of listing) keys.push(key);
  return keys;
}

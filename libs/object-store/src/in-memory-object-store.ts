import { Readable } from 'node:stream';
import { toServingError } from '@switchyard/errors';
import { assertKeyPrefix, assertObjectKey } from './object-key.js';
import type { ObjectKey, ObjectStat, ObjectStore } from './object-store.js';
import { SOURCE_FAILED } from './source-failed.js';

/** A store that lasts as long as the process: for tests of everything above a store, and the conformance suite's own reference. */
export function createInMemoryObjectStore(): ObjectStore {
  return new InMemoryObjectStore();
}

interface StoredObject {
  readonly bytes: Buffer;
  readonly modifiedAtMs: number;
}

class InMemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<ObjectKey, StoredObject>();

  async put(key: ObjectKey, body: Uint8Array | Readable): Promise<void> {
    try {
      assertObjectKey(key);
      const bytes = await copyOf(body);
      this.#objects.set(key, { bytes, modifiedAtMs: Date.now() });
    } finally {
      if (body instanceof Readable) body.destroy();
    }
  }

  async open(key: ObjectKey): Promise<Readable | null> {
    assertObjectKey(key);
    const object = this.#objects.get(key);
    return object === undefined ? null : Readable.from(object.bytes.byteLength === 0 ? [] : [object.bytes], { objectMode: false });
  }

  async stat(key: ObjectKey): Promise<ObjectStat | null> {
    assertObjectKey(key);
    const object = this.#objects.get(key);
    return object === undefined ? null : { bytes: object.bytes.byteLength, modifiedAtMs: object.modifiedAtMs };
  }

  async *list(prefix: string): AsyncGenerator<ObjectKey> {
    assertKeyPrefix(prefix);
    yield* [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  async delete(key: ObjectKey): Promise<void> {
    assertObjectKey(key);
    this.#objects.delete(key);
  }
}

async function copyOf(body: Uint8Array | Readable): Promise<Buffer> {
  if (!(body instanceof Readable)) return Buffer.from(body);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } catch (cause) {
    throw toServingError(cause, 'storage-unavailable', SOURCE_FAILED);
  }
}

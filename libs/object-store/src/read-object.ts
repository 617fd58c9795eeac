import { ServingError } from '@switchyard/errors';
import type { ObjectKey, ObjectStore } from './object-store.js';

/** The whole object in memory, or null; for objects known to be small. @throws ServingError `payload-too-large` beyond `maxBytes`. */
export async function readObject(store: ObjectStore, key: ObjectKey, maxBytes = 256 * 1024 * 1024): Promise<Buffer | null> {
  const stream = await store.open(key);
  if (stream === null) return null;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new ServingError('payload-too-large', `The object "${key}" is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A JSON object, or null when there is none. The caller validates what comes back. @throws ServingError `storage-unavailable` when it is not JSON. */
export async function readJson(store: ObjectStore, key: ObjectKey): Promise<unknown> {
  const bytes = await readObject(store, key);
  if (bytes === null) return null;
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new ServingError('storage-unavailable', `The object "${key}" is not valid JSON.`, { cause });
  }
}

export async function writeJson(store: ObjectStore, key: ObjectKey, value: unknown): Promise<void> {
  await store.put(key, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
}

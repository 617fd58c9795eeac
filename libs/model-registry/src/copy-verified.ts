import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ServingError } from '@switchyard/errors';
import type { ObjectStore } from '@switchyard/object-store';
import type { ModelFile } from './manifest.js';

/**
 * Copies a file as a stream and checks size and digest on the way: a file that does not fit is never stored.
 * @throws ServingError `model-invalid` when it is missing or is not what the publisher stated
 */
export async function copyVerified(store: ObjectStore, from: string, to: string, file: ModelFile): Promise<void> {
  const source = await store.open(from);
  if (source === null) throw new ServingError('model-invalid', `The staged file "${file.path}" is missing.`);
  const verified = Readable.from(verify(source, file), { objectMode: false });
  // A put that fails before it reads leaves the generator unstarted; the source must be closed all the same.
  verified.once('close', () => source.destroy());
  await store.put(to, verified);
}

async function* verify(source: Readable, { path, bytes, sha256 }: ModelFile): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  let seen = 0;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    seen += chunk.byteLength;
    if (seen > bytes) throw new ServingError('model-invalid', `The staged file "${path}" is larger than the ${bytes} bytes stated for it.`);
    hash.update(chunk);
    yield chunk;
  }
  if (seen < bytes) throw new ServingError('model-invalid', `The staged file "${path}" has ${seen} bytes; ${bytes} are stated for it.`);
  const digest = hash.digest('hex');
  if (digest !== sha256) throw new ServingError('model-invalid', `The staged file "${path}" has the SHA-256 ${digest}; ${sha256} is stated for it.`);
}

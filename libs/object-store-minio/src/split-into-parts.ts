import { Readable } from 'node:stream';
import { toServingError } from '@switchyard/errors';
import { SOURCE_FAILED } from '@switchyard/object-store';

/**
 * The body in parts of exactly `partBytes` (the last may be shorter; an empty body is one empty part), each in one piece, so that it can be sent again.
 * Parts of a buffer are views. @throws ServingError `storage-unavailable` when a stream breaks off; a ServingError of the stream as it is.
 */
export async function* splitIntoParts(body: Uint8Array | Readable, partBytes: number): AsyncGenerator<Buffer> {
  if (!(body instanceof Readable)) return yield* viewsOf(body, partBytes);
  let chunks: Buffer[] = [];
  let bytes = 0;
  let parts = 0;
  for await (let chunk of chunksOf(body)) {
    while (bytes + chunk.byteLength > partBytes) {
      const room = partBytes - bytes;
      yield Buffer.concat([...chunks, chunk.subarray(0, room)]);
      parts += 1;
      chunk = chunk.subarray(room);
      [chunks, bytes] = [[], 0];
    }
    chunks.push(chunk);
    bytes += chunk.byteLength;
  }
  if (bytes > 0 || parts === 0) yield Buffer.concat(chunks);
}

function* viewsOf(body: Uint8Array, partBytes: number): Generator<Buffer> {
  for (let start = 0; start === 0 || start < body.byteLength; start += partBytes) {
    yield Buffer.from(body.buffer, body.byteOffset + start, Math.min(partBytes, body.byteLength - start));
  }
}

async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield Buffer.from(chunk as Uint8Array);
  } catch (cause) {
    throw toServingError(cause, 'storage-unavailable', SOURCE_FAILED);
  }
}

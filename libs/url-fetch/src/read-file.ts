import type { IncomingMessage } from 'node:http';
import { ServingError } from '@switchyard/errors';

/** Object stores serve pictures whose type they were not told as bytes; the decoder looks at the bytes anyway. */
const ACCEPTED_TYPE = /^(image\/[\w.+-]+|(application|binary)\/octet-stream)$/;
const SHOWN_LENGTH = 50;

/**
 * Reads an answer that must be a picture of at most `maxBytes`; nothing is ever decompressed, so a body is as large as it was sent.
 * @throws ServingError `invalid-input` for another status than 200 or an encoded body, `unsupported-media-type`, `payload-too-large`.
 */
export async function readFile(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  assertHead(response, maxBytes);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.byteLength;
    // Leaving the loop destroys the response and its socket: not a byte more is taken.
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function assertHead({ statusCode, headers }: IncomingMessage, maxBytes: number): void {
  if (statusCode !== 200) throw new ServingError('invalid-input', `The URL was answered with status ${statusCode}; 200 is expected.`);
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (!ACCEPTED_TYPE.test(type)) throw new ServingError('unsupported-media-type', `The URL leads to "${type.slice(0, SHOWN_LENGTH)}"; a picture, as "image/jpeg", is expected.`);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new ServingError('invalid-input', `The file at the URL came as "${encoding.slice(0, SHOWN_LENGTH)}"; it is expected as it is, without a content-encoding.`);
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): ServingError {
  return new ServingError('payload-too-large', `The file at the URL is larger than the ${maxBytes} bytes that are accepted.`);
}

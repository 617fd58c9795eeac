import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { inflateBody } from './inflate-body.js';

/** Beside its file an upload has a name or two. */
const FORM_LIMITS = { files: 1, fields: 20, parts: 21, fieldSize: 4 * 1024 } as const;

/**
 * Bodies stay bytes: each protocol's codec reads them itself, because `JSON.parse` of a tensor costs more than the model.
 * Packed ones are unpacked first, within the same limit; multipart uploads are streamed by their own parser, within it too.
 */
export async function registerBodyParsers(fastify: FastifyInstance, maxBytes: number): Promise<void> {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBytes }, (request, body, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') done(null, body);
    else inflateBody(body as Buffer, encoding, maxBytes).then((inflated) => done(null, inflated), (error: Error) => done(error));
  });
  await fastify.register(multipart, { limits: { ...FORM_LIMITS, fileSize: maxBytes }, throwFileSizeLimit: true });
}

/** The bytes of a body; none for a request without one. */
export function bodyBytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : EMPTY;
}

const EMPTY = Buffer.alloc(0);

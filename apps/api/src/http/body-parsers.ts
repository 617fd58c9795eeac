import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';

/**
 * Bodies stay bytes: each protocol's codec reads them itself, because `JSON.parse` of a tensor costs more than the model.
 * Multipart uploads are streamed by their own parser, within the same limit.
 */
export async function registerBodyParsers(fastify: FastifyInstance, maxBytes: number): Promise<void> {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: maxBytes }, (_request, body, done) => done(null, body));
  await fastify.register(multipart, { limits: { fileSize: maxBytes, files: 1, fields: 20, fieldSize: 64 * 1024, parts: 21 }, throwFileSizeLimit: true });
}

/** The bytes of a body; none for a request without one. */
export function bodyBytes(body: unknown): Buffer {
  return Buffer.isBuffer(body) ? body : EMPTY;
}

const EMPTY = Buffer.alloc(0);

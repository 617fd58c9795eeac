import type { FastifyMultipartBaseOptions, Multipart } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { formError } from './form-error.js';

export interface PartsOptions extends Pick<FastifyMultipartBaseOptions, 'preservePath' | 'limits'> {
  /** Sentences for what the parser refuses, by its codes, where this form has its own. */
  readonly words: Readonly<Record<string, string>>;
}

/**
 * Hands over the parts of a multipart form one after another. After the first one that is refused the rest is read and dropped: a form half
 * read would block its connection.
 * @throws what `take` threw first, after the form has been read to its end; ServingError `invalid-input` when the form cannot be read
 */
export async function readParts(request: FastifyRequest, { words, ...options }: PartsOptions, take: (part: Multipart) => Promise<void>): Promise<void> {
  let refusal: { readonly reason: unknown } | undefined;
  try {
    for await (const part of request.parts(options)) {
      if (refusal === undefined) await take(part).catch((reason: unknown) => (refusal = { reason }));
      if (part.type === 'file') part.file.resume();
    }
  } catch (thrown) {
    throw formError(thrown, words);
  }
  if (refusal !== undefined) throw refusal.reason;
}

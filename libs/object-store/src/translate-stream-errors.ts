import { PassThrough, type Readable } from 'node:stream';
import type { ServingError } from '@switchyard/errors';

/**
 * The bytes of `source`, with what goes wrong midway put in the store's own words; for adapters, whose streams fail in their technology's.
 * A source that ends early without an error fails too: a reader must never take a part for the whole.
 * Destroying the returned stream destroys the source.
 */
export function translateStreamErrors(source: Readable, translate: (cause: unknown) => ServingError): Readable {
  const translated = new PassThrough();
  source.once('error', (cause) => translated.destroy(translate(cause)));
  source.once('close', () => {
    if (!source.readableEnded) translated.destroy(translate(new Error('The stream closed before its end.')));
  });
  translated.once('close', () => source.destroy());
  return source.pipe(translated);
}

import type { Readable } from 'node:stream';

const KEPT_CHARACTERS = 4_000;

/** Drains a text stream, keeping only its end, which the returned function gives. */
export function tailOf(stream: Readable | null): () => string {
  let tail = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-KEPT_CHARACTERS);
  });
  return () => tail.trimEnd();
}

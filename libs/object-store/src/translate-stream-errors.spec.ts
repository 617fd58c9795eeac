import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import { translateStreamErrors } from './translate-stream-errors.js';

const translate = (cause: unknown): ServingError => new ServingError('storage-unavailable', 'translated', { cause });

describe('translateStreamErrors', () => {
  it('passes the bytes on', async () => {
    const source = Readable.from([Buffer.from('ab'), Buffer.from('c')]);
    expect((await buffer(translateStreamErrors(source, translate))).toString()).toBe('abc');
  });

  it('puts an error midway in the words of the store', async () => {
    const source = Readable.from(failingAfter(Buffer.from('ab')));
    await expect(buffer(translateStreamErrors(source, translate))).rejects.toMatchObject({ kind: 'storage-unavailable', cause: { message: 'broken disk' } });
  });

  it('fails when the source closes before its end', async () => {
    const source = new Readable({ read: () => undefined });
    const translated = translateStreamErrors(source, translate);
    source.push('part');
    source.destroy();
    await expect(buffer(translated)).rejects.toMatchObject({ kind: 'storage-unavailable' });
  });

  it('destroys the source with it', async () => {
    const source = new Readable({ read: () => undefined });
    const closed = new Promise<void>((resolve) => source.once('close', resolve));
    translateStreamErrors(source, translate).destroy();
    await closed;
    expect(source.destroyed).toBe(true);
  });
});

async function* failingAfter(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk;
  throw new Error('broken disk');
}

import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitIntoParts } from './split-into-parts.js';

async function partsOf(body: Uint8Array | Readable, partBytes: number): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  for await (const part of splitIntoParts(body, partBytes)) parts.push(part);
  return parts;
}

describe('splitIntoParts', () => {
  it('loses, adds and moves no byte, fills every part but the last, and makes at least one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 20 })), fc.integer({ min: 1, max: 16 }), async (chunks, partBytes) => {
        const whole = Buffer.concat(chunks);
        for (const body of [whole, Readable.from(chunks.map((chunk) => Buffer.from(chunk)))]) {
          const parts = await partsOf(body, partBytes);
          expect(Buffer.concat(parts).equals(whole)).toBe(true);
          expect(parts.length).toBe(Math.max(1, Math.ceil(whole.byteLength / partBytes)));
          expect(parts.slice(0, -1).every((part) => part.byteLength === partBytes)).toBe(true);
        }
      }),
    );
  });

  it('reads no further than it is asked to', async () => {
    let produced = 0;
    const body = Readable.from(
      (function* (): Generator<Buffer> {
        for (; produced < 1_000; produced += 1) yield Buffer.alloc(10);
      })(),
      { highWaterMark: 1 },
    );
    const parts = splitIntoParts(body, 20);
    await parts.next();
    expect(produced).toBeLessThan(10);
    await parts.return(undefined);
    expect(body.destroyed).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { inflateBody } from './inflate-body.js';

const BODY = Buffer.from('{"instances": [1]}');
const LIMIT = 1_000;

describe('inflateBody', () => {
  it.each([['gzip', gzipSync(BODY)], ['x-gzip', gzipSync(BODY)], ['GZIP', gzipSync(BODY)], ['deflate', deflateSync(BODY)]])('unpacks %s', async (encoding, packed) => {
    expect(await inflateBody(packed, encoding, LIMIT)).toEqual(BODY);
  });

  it('writes out as much as is accepted, and not a byte more', async () => {
    expect((await inflateBody(gzipSync(Buffer.alloc(LIMIT)), 'gzip', LIMIT)).length).toBe(LIMIT);
    await expect(inflateBody(gzipSync(Buffer.alloc(LIMIT + 1)), 'gzip', LIMIT)).rejects.toMatchObject({ kind: 'payload-too-large', message: expect.stringContaining('1000 bytes') });
  });

  it.each([
    ['gzip', BODY, 'invalid-input', /cannot be unpacked as gzip: incorrect header check\./],
    ['gzip', gzipSync(BODY).subarray(0, 20), 'invalid-input', /cannot be unpacked as gzip: unexpected end of file\./],
    ['br', brotliCompressSync(BODY), 'unsupported-media-type', /"br" is not accepted; "gzip" or "deflate" is expected/],
  ])('refuses %s that is none, or is cut short, or is something else', async (encoding, packed, kind, message) => {
    await expect(inflateBody(packed, encoding, LIMIT)).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
  });
});

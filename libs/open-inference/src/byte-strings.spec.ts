import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readByteStrings, writeByteStrings } from './byte-strings.js';

const PLACE = { input: 'x', model: 'm' };

describe('byte strings', () => {
  it('read back as they were written, as views', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 10 }), (elements) => {
      const bytes = writeByteStrings(elements);
      const read = readByteStrings(bytes, elements.length, PLACE);
      expect(read.map((element) => [...element])).toEqual(elements.map((element) => [...element]));
      for (const element of read) expect(element.buffer).toBe(bytes.buffer);
    }));
  });

  it('refuse every other number of elements', () => {
    const bytes = writeByteStrings([Buffer.from('a'), Buffer.from('b')]);
    for (const count of [0, 1, 3]) expect(() => readByteStrings(bytes, count, PLACE)).toThrow("for inference input 'x' for model 'm'");
  });

  it('refuse bytes cut short anywhere', () => {
    const bytes = writeByteStrings([Buffer.from('abc'), Buffer.from('de')]);
    for (let length = 0; length < bytes.byteLength; length++) expect(() => readByteStrings(bytes.subarray(0, length), 2, PLACE)).toThrow('string');
  });
});

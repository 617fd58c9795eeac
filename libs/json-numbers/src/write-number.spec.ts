import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteWriter } from './byte-writer.js';
import { writeFloat32, writeFloat64 } from './write-number.js';

function written(write: (writer: ByteWriter, value: number) => void, value: number): string {
  const writer = new ByteWriter(4);
  write(writer, value);
  return writer.finish().toString('latin1');
}

describe('writeFloat32', () => {
  it.each([
    [0, '0.0'], [-0, '-0.0'], [1, '1.0'], [-2, '-2.0'], [0.1, '0.1'], [0.25, '0.25'], [100, '100.0'], [123456, '123456.0'], [16777216, '16777216.0'],
    [0.001, '0.001'], [1e-7, '0.0000001'], [1e-8, '1.0e-8'], [1.5e-30, '1.5e-30'], [1e20, '100000000000000000000.0'], [1e21, '1.0e21'],
    [0.30000001, '0.3'], [0.33333334, '0.33333334'], [0.9999999, '0.9999999'], [9.999999e9, '9999999000.0'],
    [3.4028234663852886e38, '3.4028235e38'], [1.401298464324817e-45, '1.4013e-45'], [NaN, 'NaN'], [Infinity, 'Infinity'], [-Infinity, '-Infinity'],
  ])('writes %d as %s', (value, text) => {
    expect(written(writeFloat32, Math.fround(value))).toBe(text);
  });

  it('writes text that reads back to the same bits, whatever they are', () => {
    const bits = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(fc.property(bits, (word) => {
      const value = new Float32Array(Uint32Array.of(word).buffer)[0]!;
      fc.pre(!Number.isNaN(value));
      expect(Math.fround(Number(written(writeFloat32, value)))).toBe(value);
    }), { numRuns: 20_000 });
  });

  it('never needs more than nine digits', () => {
    fc.assert(fc.property(fc.float({ min: Math.fround(1e-30), max: Math.fround(1e30), noNaN: true }), (value) => {
      const digits = written(writeFloat32, value).replace(/e.*/, '').replace('.', '').replace(/^0+|0+$/g, '');
      expect(digits.length).toBeLessThanOrEqual(9);
    }), { numRuns: 5_000 });
  });
});

describe('writeFloat64', () => {
  it.each([[0, '0.0'], [-0, '-0.0'], [3, '3.0'], [0.1, '0.1'], [1e21, '1e+21'], [1e-7, '1e-7'], [NaN, 'NaN'], [-Infinity, '-Infinity']])('writes %d as %s', (value, text) => {
    expect(written(writeFloat64, value)).toBe(text);
  });

  it('writes text that reads back to the same number', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Number(written(writeFloat64, value))).toBe(value);
    }), { numRuns: 5_000 });
  });
});

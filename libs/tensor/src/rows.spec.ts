import { describe, expect, it } from '@jest/globals';
import { concatRows, sliceRows } from './rows.js';
import { tensor } from './tensor.js';

const pair = tensor('float32', [2, 2], Float32Array.of(1, 2, 3, 4));
const single = tensor('float32', [1, 2], Float32Array.of(5, 6));

describe('rows', () => {
  it('joins along dimension 0 and fills surplus rows with zeros', () => {
    expect(concatRows([pair, single], 4)).toEqual(tensor('float32', [4, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 0, 0)));
  });

  it('returns a lone tensor itself, uncopied', () => {
    expect(concatRows([pair])).toBe(pair);
  });

  it('slices rows as views of the same memory', () => {
    const row = sliceRows(pair, 1, 2);
    expect(row).toEqual(tensor('float32', [1, 2], Float32Array.of(3, 4)));
    expect((row.data as Float32Array).buffer).toBe((pair.data as Float32Array).buffer);
  });

  it('refuses to join rows of different shape', () => {
    expect(() => concatRows([pair, tensor('float32', [1, 3], Float32Array.of(1, 2, 3))])).toThrow('Cannot join');
  });
});

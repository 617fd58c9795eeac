import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '@switchyard/training';
import { shuffle } from './shuffle.js';

describe('shuffle', () => {
  it('loses no row and repeats none', () => {
    fc.assert(fc.property(fc.nat(200), fc.nat(), (rows, seed) => {
      const order = Int32Array.from({ length: rows }, (_, row) => row);
      shuffle(order, seededRandom(seed));
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
    }));
  });

  it('gives the same order for the same seed and another for another', () => {
    const [first, again, other] = [1, 1, 2].map((seed) => {
      const order = Int32Array.from({ length: 100 }, (_, row) => row);
      shuffle(order, seededRandom(seed));
      return [...order];
    });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

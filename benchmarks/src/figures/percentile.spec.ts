import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { percentile } from './percentile.js';

describe('percentile', () => {
  it('is the value at the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 99, 100]);
    expect(percentile([7], 0.5)).toBe(7);
    expect(percentile([1, 2], 0.5)).toBe(1);
  });

  it('has no answer without values', () => {
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('leaves the stated share at or below it, and no smaller value does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 }), fc.constantFrom(0.01, 0.5, 0.95, 0.99, 1), (values, share) => {
        const sorted = [...values].sort((a, b) => a - b);
        const answer = percentile(sorted, share);
        const reached = (limit: number): number => sorted.filter((value) => value <= limit).length;
        expect(reached(answer)).toBeGreaterThanOrEqual(share * sorted.length);
        const smaller = sorted.filter((value) => value < answer).at(-1);
        if (smaller !== undefined) expect(reached(smaller)).toBeLessThan(share * sorted.length);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import { ArrivalRate } from './arrival-rate.js';

describe('ArrivalRate', () => {
  it('settles at the rate of a steady stream, and forgets it within seconds', () => {
    const arrivals = new ArrivalRate();
    for (let atMs = 0; atMs < 2_000; atMs++) arrivals.observe(3, atMs);
    expect(arrivals.rowsPerMs(2_000)).toBeCloseTo(3, 1);
    expect(arrivals.rowsPerMs(4_000)).toBeLessThan(0.001);
  });

  it('expects nothing before the first arrival', () => {
    expect(new ArrivalRate().rowsPerMs(5)).toBe(0);
  });
});

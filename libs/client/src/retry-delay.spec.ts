import { describe, expect, it } from '@jest/globals';
import { retryDelayMs } from './retry-delay.js';

describe('retryDelayMs', () => {
  it('doubles up to ten seconds, between half and all of it', () => {
    expect([0, 1, 2, 6, 7, 50].map((attempt) => [retryDelayMs(attempt, null, 0), retryDelayMs(attempt, null, 1)])).toEqual([[50, 100], [100, 200], [200, 400], [3_200, 6_400], [5_000, 10_000], [5_000, 10_000]]);
  });

  it('is never less than the server asks for', () => {
    expect(retryDelayMs(0, 2_000, 0)).toBe(2_000);
    expect(retryDelayMs(0, 2_000, 1)).toBeCloseTo(2_200);
    expect(retryDelayMs(6, 1, 1)).toBe(6_400);
  });
});

import { describe, expect, it } from '@jest/globals';
import { roundRatio } from './round-ratio.js';

describe('roundRatio', () => {
  it('is the plain ratio on a machine of our own', () => {
    expect(roundRatio({ requestsPerSecond: 7_000, otherCores: 0, ceilingRowsPerSecond: 70_000, ceilingCores: 1 }, 2)).toBeCloseTo(0.1);
  });

  it('stays what it is when a neighbour takes half of the load and half of the engine', () => {
    expect(roundRatio({ requestsPerSecond: 3_500, otherCores: 1, ceilingRowsPerSecond: 35_000, ceilingCores: 0.5 }, 2)).toBeCloseTo(0.1);
  });

  it('falls with the server, whatever the neighbours do', () => {
    expect(roundRatio({ requestsPerSecond: 1_750, otherCores: 1, ceilingRowsPerSecond: 35_000, ceilingCores: 0.5 }, 2)).toBeCloseTo(0.05);
  });

  it('is a number even when nothing was left', () => {
    expect(roundRatio({ requestsPerSecond: 10, otherCores: 2, ceilingRowsPerSecond: 100, ceilingCores: 0 }, 2)).toBeCloseTo(0.2);
  });
});

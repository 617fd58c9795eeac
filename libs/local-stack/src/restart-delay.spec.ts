import { describe, expect, it } from '@jest/globals';
import { RestartDelay } from './restart-delay.js';

describe('RestartDelay', () => {
  it('doubles the delay and gives up after six deaths in a row', () => {
    const delay = new RestartDelay();
    expect([1, 2, 3, 4, 5, 6, 7].map(() => delay.afterDeath(100))).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, null]);
  });

  it('begins anew after a run that lasted', () => {
    const delay = new RestartDelay();
    delay.afterDeath(100);
    delay.afterDeath(100);
    expect(delay.afterDeath(60_000)).toBe(250);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ManualClock } from './manual-clock.js';
import { recently } from './recently.js';

describe('recently', () => {
  it('reads once for all who ask within its age, and again after it', async () => {
    const clock = new ManualClock();
    let reads = 0;
    const read = recently(() => Promise.resolve(++reads), { clock, maxAgeMs: 100 });
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    clock.advance(99);
    expect(await read()).toBe(1);
    clock.advance(1);
    expect(await read()).toBe(2);
  });

  it('does not keep a failure', async () => {
    let isAway = true;
    const read = recently(() => (isAway ? Promise.reject(new Error('away')) : Promise.resolve('here')), { clock: new ManualClock(), maxAgeMs: 100 });
    await expect(read()).rejects.toThrow('away');
    isAway = false;
    expect(await read()).toBe('here');
  });
});

import { describe, expect, it } from '@jest/globals';
import { YieldingPace } from './yielding-pace.js';

describe('YieldingPace', () => {
  it('rests three times as long as a batch took that had to share its cores', () => {
    const pace = new YieldingPace();
    expect(pace.untilMs).toBe(-Infinity);
    pace.ran({ durationMs: 5, leastMs: 2, nowMs: 100 });
    expect(pace.untilMs).toBe(115);
  });

  it('does not rest after one that ran about as fast as it can', () => {
    const pace = new YieldingPace();
    pace.ran({ durationMs: 5, leastMs: 2.5, nowMs: 100 });
    expect(pace.untilMs).toBe(-Infinity);
  });

  it('rests for fifty milliseconds at most', () => {
    const pace = new YieldingPace();
    pace.ran({ durationMs: 900, leastMs: 100, nowMs: 100 });
    expect(pace.untilMs).toBe(150);
  });
});

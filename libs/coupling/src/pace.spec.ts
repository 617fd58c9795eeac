import { describe, expect, it } from '@jest/globals';
import { Pace } from './pace.js';

describe('Pace', () => {
  it('knows nothing before the first rows are back', () => {
    const pace = new Pace();
    pace.began(0);
    expect(pace.msFor(100)).toBe(0);
  });

  it('takes the time while rows are under way, and none of the time between', () => {
    const pace = new Pace();
    for (const startMs of [0, 10_000, 20_000]) {
      pace.began(startMs);
      pace.returned(8, startMs + 16, false);
    }
    expect(pace.msFor(100)).toBeCloseTo(200);
  });

  it('counts jobs that overlap once', () => {
    const pace = new Pace();
    pace.began(0);
    pace.began(1);
    pace.returned(10, 10, true);
    pace.began(10);
    pace.returned(10, 20, true);
    pace.returned(10, 30, false);
    expect(pace.msFor(10)).toBeCloseTo(10);
  });

  it('forgets: after twenty jobs at another pace it has that one', () => {
    const pace = new Pace();
    let nowMs = 0;
    const job = (durationMs: number): void => {
      pace.began(nowMs);
      pace.returned(1, (nowMs += durationMs), false);
    };
    for (let index = 0; index < 20; index++) job(1_000);
    for (let index = 0; index < 20; index++) job(1);
    expect(pace.msFor(1)).toBeLessThan(15);
  });

  it('learns nothing from what failed', () => {
    const pace = new Pace();
    pace.began(0);
    pace.returned(1, 10, true);
    pace.failed(5_000, true);
    pace.returned(1, 5_010, false);
    expect(pace.msFor(1)).toBeCloseTo(10);
  });
});

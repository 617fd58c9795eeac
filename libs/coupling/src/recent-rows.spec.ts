import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentRows } from './recent-rows.js';

describe('RecentRows', () => {
  it('counts what has come within the window, and forgets it by degrees', () => {
    const recent = new RecentRows(10);
    recent.add(4, 100);
    recent.add(2, 109);
    expect(recent.count(109)).toBe(6);
    expect(recent.count(115)).toBe(3);
    recent.add(1, 115);
    expect(recent.count(115)).toBe(4);
    expect(recent.count(130)).toBe(0);
  });

  it('never counts more than has come within two windows, nor less than within this one', () => {
    const arrivals = fc.array(fc.record({ rows: fc.integer({ min: 1, max: 9 }), afterMs: fc.double({ min: 0, max: 15, noNaN: true }) }), { minLength: 1 });
    fc.assert(fc.property(arrivals, (all) => {
      const recent = new RecentRows(10);
      let nowMs = 0;
      const come = all.map(({ rows, afterMs }) => {
        nowMs += afterMs;
        recent.add(rows, nowMs);
        return { rows, atMs: nowMs };
      });
      const since = (ms: number): number => come.reduce((sum, { rows, atMs }) => (atMs >= ms ? sum + rows : sum), 0);
      const count = recent.count(nowMs);
      expect(count).toBeLessThanOrEqual(since(nowMs - 20));
      expect(count).toBeGreaterThanOrEqual(since(Math.floor(nowMs / 10) * 10));
    }));
  });
});

import { describe, expect, it } from '@jest/globals';
import { CostTable } from './cost-table.js';
import { decideBatch } from './decide-batch.js';
import type { PendingRows } from './pending-rows.js';

const waiting = (rows: number, more: Partial<PendingRows> = {}): PendingRows => ({
  rows, shapeKey: 'a', priorityClass: 0, enqueuedAtMs: 0, deadlineAtMs: 1_000, ...more,
});

const cheaperTogether = new CostTable(new Map([[1, 1], [8, 2], [32, 4]]));
const cheaperAlone = new CostTable(new Map([[1, 2], [8, 20], [32, 100]]));

describe('decideBatch', () => {
  it('takes everything that waits when a larger batch costs less per row', () => {
    const { taken, reason } = decideBatch([waiting(3), waiting(2)], cheaperTogether, 32, 0);
    expect(taken.map(({ rows }) => rows)).toEqual([3, 2]);
    expect(reason).toBe('idle');
  });

  it('sends single rows when the measured cost per row rises with the size', () => {
    const { taken, reason } = decideBatch([waiting(5)], cheaperAlone, 32, 0);
    expect(taken.map(({ rows }) => rows)).toEqual([1]);
    expect(reason).toBe('full');
  });

  it('never mixes row shapes', () => {
    const { taken } = decideBatch([waiting(1), waiting(1, { shapeKey: 'b' }), waiting(1)], cheaperTogether, 32, 0);
    expect(taken.map(({ pending }) => pending.shapeKey)).toEqual(['a', 'a']);
  });

  it('puts the earliest deadline first within a class', () => {
    const urgent = waiting(1, { deadlineAtMs: 10 });
    const { taken } = decideBatch([waiting(1), urgent], cheaperTogether, 1, 0);
    expect(taken[0]?.pending).toBe(urgent);
  });

  it('lets low classes rise with age, so that they do not starve', () => {
    const old = waiting(1, { priorityClass: 2, enqueuedAtMs: 0, deadlineAtMs: 100_000 });
    const fresh = waiting(1, { enqueuedAtMs: 5_000, deadlineAtMs: 105_000 });
    expect(decideBatch([fresh, old], cheaperTogether, 1, 5_000).taken[0]?.pending).toBe(old);
  });
});

describe('CostTable', () => {
  it('interpolates between measured sizes and follows what it observes', () => {
    const costs = new CostTable(new Map([[1, 1], [9, 9]]));
    expect(costs.costMs(5)).toBeCloseTo(5);
    expect(costs.costMs(18)).toBeCloseTo(18);
    for (let run = 0; run < 100; run++) costs.observe(9, 3);
    expect(costs.costMs(9)).toBeCloseTo(3, 1);
  });
});

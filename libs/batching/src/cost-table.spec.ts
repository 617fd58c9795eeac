import { describe, expect, it } from '@jest/globals';
import { CostTable } from './cost-table.js';

describe('CostTable', () => {
  it('interpolates between measured sizes and follows what it observes', () => {
    const costs = new CostTable(new Map([[1, 1], [9, 9]]));
    expect(costs.costMs(5)).toBeCloseTo(5);
    expect(costs.costMs(18)).toBeCloseTo(18);
    for (let run = 0; run < 100; run++) costs.observe(9, 3);
    expect(costs.costMs(9)).toBeCloseTo(3, 1);
  });

  it('learns from sizes between the measured ones, in proportion', () => {
    const costs = new CostTable(new Map([[1, 1], [9, 9]]));
    for (let run = 0; run < 100; run++) costs.observe(8, 16);
    expect(costs.costMs(8)).toBeGreaterThan(14);
    expect(costs.costMs(1)).toBeCloseTo(1);
  });

  it('knows what nearly all runs stay below, and assumes it until it has seen enough', () => {
    const costs = new CostTable(new Map([[4, 10]]));
    expect(costs.p95Ms(4)).toBe(15);
    for (let run = 0; run < 40; run++) costs.observe(4, run % 10 === 0 ? 30 : 10);
    expect(costs.p95Ms(4)).toBe(30);
    expect(costs.entries()).toMatchObject([{ rows: 4, p95Ms: 30, runs: 40 }]);
  });

  it('knows what a row costs at the least: what was measured, then the quickest of the latest runs', () => {
    const costs = new CostTable(new Map([[1, 3], [4, 10]]));
    expect(costs.leastMsPerRow()).toBe(2.5);
    expect(costs.leastMs(4)).toBe(10);
    for (const durationMs of [8, 9_000, 9_000]) costs.observe(4, durationMs);
    expect(costs.leastMsPerRow()).toBeCloseTo(2);
  });

  it('has a size tried again after many runs of others, the dearer the later', () => {
    const costs = new CostTable(new Map([[1, 1], [2, 1.5], [4, 2]]));
    const start = (rows: number, times: number): void => {
      for (let run = 0; run < times; run++) costs.started(rows);
    };
    start(4, 1_124);
    expect(costs.dueRows(4)).toBeUndefined();
    start(4, 1);
    expect([costs.dueRows(4), costs.dueRows(1)]).toEqual([2, undefined]);
    start(2, 1);
    start(4, 873);
    expect(costs.dueRows(4)).toBeUndefined();
    start(4, 1);
    expect(costs.dueRows(4)).toBe(1);
    costs.observe(1, 0.2);
    for (let run = 0; run < 10; run++) costs.observe(1, 0.2);
    expect(costs.cheapestRows(4)).toBe(1);
  });

  it('tries no size that rows would be padded away from', () => {
    const costs = new CostTable(new Map([[1, 10], [4, 5]]));
    for (let run = 0; run < 100_000; run++) costs.started(4);
    expect(costs.dueRows(4)).toBeUndefined();
  });

  it('takes no size that the warm-up left out', () => {
    const costs = new CostTable(new Map([[1, 8], [2, 15], [4, 28]]));
    expect([costs.cheapestRows(64), costs.cheapestRows(3)]).toEqual([4, 3]);
  });

  it('knows the smallest size that is nearly as cheap as the cheapest', () => {
    const costs = new CostTable(new Map([[1, 1], [8, 2.2], [16, 4.1], [32, 8]]));
    expect([costs.nearlyCheapestRows(64, 1.1), costs.nearlyCheapestRows(64, 1.05), costs.nearlyCheapestRows(64, 1), costs.nearlyCheapestRows(4, 1.1)]).toEqual([8, 16, 32, 4]);
  });

  it('pads rows to the cheapest larger size, where that saves a tenth', () => {
    const costs = new CostTable(new Map([[1, 10], [3, 9], [4, 5], [8, 4]]));
    expect([costs.paddedRows(1, 8), costs.paddedRows(3, 8), costs.paddedRows(3, 7), costs.paddedRows(3, 3)]).toEqual([8, 8, 4, 3]);
    expect(new CostTable(new Map([[3, 10], [4, 9]])).paddedRows(3, 8)).toBe(3);
    expect(new CostTable(new Map([[3, 10], [4, 8.9]])).paddedRows(3, 8)).toBe(4);
  });

  it('pads no rows that cost less as they are, nor those beyond the largest size measured', () => {
    const costs = new CostTable(new Map([[1, 1], [4, 2], [8, 4]]));
    expect([1, 2, 3, 4, 7, 8, 9, 100].map((rows) => costs.paddedRows(rows, 64))).toEqual([1, 2, 3, 4, 7, 8, 9, 100]);
  });

  it('pads to no size that has become dear', () => {
    const costs = new CostTable(new Map([[3, 10], [4, 2]]));
    expect(costs.paddedRows(3, 4)).toBe(4);
    for (let run = 0; run < 40; run++) costs.observe(4, 12);
    expect(costs.paddedRows(3, 4)).toBe(3);
  });

  it('names the next measured size, if there is one', () => {
    const costs = new CostTable(new Map([[1, 1], [8, 2], [32, 4]]));
    expect([costs.nextSize(1, 32), costs.nextSize(8, 16), costs.nextSize(32, 64)]).toEqual([8, undefined, undefined]);
  });
});

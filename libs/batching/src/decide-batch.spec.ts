import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CostTable } from './cost-table.js';
import { decideBatch, type BatchSituation, type RunDecision } from './decide-batch.js';
import type { PendingRows } from './pending-rows.js';

const waiting = (rows: number, more: Partial<PendingRows> = {}): PendingRows => ({
  rows, shapeKey: 'a', priorityClass: 0, enqueuedAtMs: 0, deadlineAtMs: 1_000, ...more,
});

const cheaperTogether = new CostTable(new Map([[1, 1], [8, 2], [32, 4]]));
const cheaperAlone = new CostTable(new Map([[1, 2], [8, 20], [32, 100]]));

const DAY_MS = 24 * 60 * 60 * 1_000;
const POLICY = { maxBatchRows: 32, maxQueuedRows: 1_000, maxQueuedBytes: 1_000, maxQueueDelayMs: 0 };
const situation = (pending: PendingRows[], more: Partial<BatchSituation<PendingRows>> = {}): BatchSituation<PendingRows> => ({
  pending, costs: cheaperTogether, policy: POLICY, nowMs: 0, rowsPerMs: 0, isAhead: false, isDraining: false, isFirstClassAbout: false, yieldsUntilMs: -Infinity, ...more,
});
const run = (pending: PendingRows[], more: Partial<BatchSituation<PendingRows>> = {}): RunDecision<PendingRows> => decideBatch(situation(pending, more)) as RunDecision<PendingRows>;

describe('decideBatch', () => {
  it('takes everything that waits when a larger batch costs less per row', () => {
    const { taken, reason } = run([waiting(3), waiting(2)]);
    expect(taken.map(({ rows }) => rows)).toEqual([3, 2]);
    expect(reason).toBe('idle');
  });

  it('sends single rows when the measured cost per row rises with the size', () => {
    const { taken, reason } = run([waiting(5)], { costs: cheaperAlone });
    expect(taken.map(({ rows }) => rows)).toEqual([1]);
    expect(reason).toBe('full');
  });

  it('never mixes row shapes', () => {
    const { taken } = run([waiting(1), waiting(1, { shapeKey: 'b' }), waiting(1)]);
    expect(taken.map(({ pending }) => pending.shapeKey)).toEqual(['a', 'a']);
  });

  it('puts the earliest deadline first within a class', () => {
    const urgent = waiting(1, { deadlineAtMs: 10 });
    expect(run([waiting(1), urgent], { policy: { ...POLICY, maxBatchRows: 1 } }).taken[0]?.pending).toBe(urgent);
  });

  it('lets low classes rise with age, so that they do not starve', () => {
    const old = waiting(1, { priorityClass: 2, enqueuedAtMs: 0, deadlineAtMs: 100_000 });
    const fresh = waiting(1, { enqueuedAtMs: 5_000, deadlineAtMs: 105_000 });
    expect(run([fresh, old], { policy: { ...POLICY, maxBatchRows: 1 }, nowMs: 5_000 }).taken[0]?.pending).toBe(old);
  });

  it.each([
    { callHasMs: 30_000, priorityClass: 2, withinMs: 31_000 },
    { callHasMs: 30_000, priorityClass: 0, withinMs: 31_000 },
    { callHasMs: 100, priorityClass: 2, withinMs: 61_000 },
  ])('runs a job of class $priorityClass that has a day within $withinMs ms, though a fresh call of $callHasMs ms always waits beside it', ({ callHasMs, priorityClass, withinMs }) => {
    const job = waiting(1, { priorityClass, deadlineAtMs: DAY_MS });
    let nowMs = 0;
    const nextInTurn = (): PendingRows | undefined => {
      nowMs += 100;
      const fresh = waiting(1, { enqueuedAtMs: nowMs, deadlineAtMs: nowMs + callHasMs });
      return run([fresh, job], { policy: { ...POLICY, maxBatchRows: 1 }, nowMs }).taken[0]?.pending;
    };
    while (nextInTurn() !== job && nowMs < DAY_MS / 10);
    expect(nowMs).toBeLessThan(withinMs);
  });

  it('keeps to the order of class, deadline and arrival', () => {
    const rows = fc.record({
      rows: fc.integer({ min: 1, max: 9 }), priorityClass: fc.nat(2), deadlineAtMs: fc.constantFrom(500, 700), enqueuedAtMs: fc.integer({ min: -300, max: 0 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(rows, { minLength: 1, maxLength: 20, selector: ({ enqueuedAtMs }) => enqueuedAtMs }), (sizes) => {
        const pending = sizes.map((more) => waiting(more.rows, more));
        const inTurn = [...pending].sort((a, b) => a.priorityClass - b.priorityClass || a.deadlineAtMs - b.deadlineAtMs || a.enqueuedAtMs - b.enqueuedAtMs);
        const taken = run(pending).taken.map((part) => part.pending);
        expect(taken).toEqual(inTurn.slice(0, taken.length));
      }),
    );
  });

  it('takes a batch in advance, while the engines are busy, only where more rows would make it hardly cheaper', () => {
    expect(decideBatch(situation([waiting(20)], { isAhead: true }))).toEqual({ untilMs: Infinity });
    expect(run([waiting(31)], { isAhead: true })).toMatchObject({ rows: 31, reason: 'full' });
    expect(run([waiting(3)], { isAhead: true, costs: new CostTable(new Map([[1, 1], [32, 32]])) })).toMatchObject({ rows: 3 });
    expect(run([waiting(40)], { isAhead: true })).toMatchObject({ rows: 32, reason: 'full' });
  });

  it('keeps batches of later classes short while rows of the first are about, and never those', () => {
    const costs = new CostTable(new Map([[1, 1], [8, 2.1], [16, 4.1], [32, 8]]));
    const bulk = waiting(100, { priorityClass: 2 });
    expect(run([bulk], { costs })).toMatchObject({ rows: 32 });
    expect(run([bulk], { costs, isFirstClassAbout: true })).toMatchObject({ rows: 8, reason: 'full' });
    expect(run([bulk, waiting(20)], { costs, isFirstClassAbout: true }).taken.map(({ rows }) => rows)).toEqual([20]);
    const aged = waiting(4, { priorityClass: 2, enqueuedAtMs: -60_000, deadlineAtMs: 0 });
    expect(run([bulk, waiting(20), aged], { costs, isFirstClassAbout: true }).taken.map(({ rows }) => rows)).toEqual([4, 16]);
    expect(run([waiting(100)], { costs, isFirstClassAbout: true })).toMatchObject({ rows: 32 });
  });

  it('has rows of the first class take later ones along only where all run in the same time', () => {
    const taken = (costs: CostTable): number[] => run([waiting(100, { priorityClass: 2 }), waiting(3)], { costs, isFirstClassAbout: true }).taken.map(({ rows }) => rows);
    expect(taken(new CostTable(new Map([[1, 1], [8, 2.1], [32, 8]])))).toEqual([3]);
    expect(taken(new CostTable(new Map([[1, 10], [8, 11], [32, 20]])))).toEqual([3, 5]);
  });

  it('hands no rows of later classes over in advance while some of the first are about', () => {
    const bulk = waiting(100, { priorityClass: 2 });
    expect(decideBatch(situation([bulk], { isAhead: true, isFirstClassAbout: true }))).toEqual({ untilMs: Infinity });
    expect(run([bulk], { isAhead: true })).toMatchObject({ rows: 32 });
    expect(run([bulk, waiting(32)], { isAhead: true, isFirstClassAbout: true })).toMatchObject({ rows: 32 });
    expect(decideBatch(situation([bulk, waiting(3)], { isAhead: true, isFirstClassAbout: true }))).toEqual({ untilMs: Infinity });
  });

  describe('while yielding rows rest', () => {
    const rest = { isFirstClassAbout: true, yieldsUntilMs: 9 };
    const bulk = waiting(100, { priorityClass: 2 });
    const agedBulk = waiting(4, { priorityClass: 2, enqueuedAtMs: -60_000, deadlineAtMs: 0 });

    it('begins no batch of them, and decides again when the rest is over', () => {
      expect(decideBatch(situation([bulk], rest))).toEqual({ untilMs: 9 });
      expect(run([bulk], { ...rest, nowMs: 9 })).toMatchObject({ reason: 'full' });
    });

    it('runs all others at once, without them, whatever their age', () => {
      expect(run([bulk, waiting(20, { priorityClass: 1 })], rest).taken.map(({ rows }) => rows)).toEqual([20]);
      expect(run([bulk, agedBulk, waiting(20)], rest).taken.map(({ rows }) => rows)).toEqual([20]);
    });

    it('lets them ride along where it costs nothing', () => {
      const costs = new CostTable(new Map([[1, 10], [8, 11], [32, 20]]));
      expect(run([waiting(3), bulk], { ...rest, costs }).taken.map(({ rows }) => rows)).toEqual([3, 5]);
    });

    it('does not keep them from running when no calls are about, or nothing new will come', () => {
      expect(run([bulk], { ...rest, isFirstClassAbout: false })).toMatchObject({ rows: 32 });
      expect(run([bulk], { ...rest, isDraining: true }).rows).toBeGreaterThan(0);
    });
  });

  it('pads rows to a size that was measured to be cheaper', () => {
    const costs = new CostTable(new Map([[1, 1], [7, 7], [8, 2]]));
    expect(run([waiting(7)], { costs, policy: { ...POLICY, maxBatchRows: 8 } })).toMatchObject({ rows: 7, runRows: 8 });
    expect(run([waiting(7)], { costs, policy: { ...POLICY, maxBatchRows: 7 } })).toMatchObject({ runRows: 7 });
    expect(run([waiting(3)])).toMatchObject({ rows: 3, runRows: 3 });
  });

  describe('with an idle engine that may wait', () => {
    const policy = { ...POLICY, maxQueueDelayMs: 5 };
    const fixedCost = new CostTable(new Map([[1, 10], [8, 11], [32, 12]]));

    it('waits for the next size when rows come so fast that all are answered sooner so', () => {
      expect(decideBatch(situation([waiting(6)], { policy, costs: fixedCost, rowsPerMs: 1 }))).toEqual({ untilMs: 2 });
    });

    it('runs at once when waiting does not pay, or nothing is known to come', () => {
      expect(run([waiting(6)], { policy, costs: new CostTable(new Map([[1, 1], [8, 7.9]])), rowsPerMs: 1 })).toMatchObject({ reason: 'idle' });
      expect(run([waiting(6)], { policy, costs: fixedCost })).toMatchObject({ reason: 'idle' });
    });

    it('waits no longer than the policy lets it', () => {
      expect(run([waiting(6, { enqueuedAtMs: -5 })], { policy, costs: fixedCost, rowsPerMs: 1 })).toMatchObject({ reason: 'delay' });
      expect(run([waiting(1)], { policy, costs: fixedCost, rowsPerMs: 1 })).toMatchObject({ reason: 'idle' });
    });

    it('does not wait a deadline to death', () => {
      expect(run([waiting(6, { deadlineAtMs: 12 })], { policy, costs: fixedCost, rowsPerMs: 1 })).toMatchObject({ reason: 'deadline' });
    });

    it('does not wait for what will not come', () => {
      expect(run([waiting(6)], { policy, costs: fixedCost, rowsPerMs: 1, isDraining: true })).toMatchObject({ reason: 'drain' });
    });
  });

  it('never takes more than may run together or than there is, and takes from the most urgent', () => {
    const rows = fc.array(fc.record({ rows: fc.integer({ min: 1, max: 50 }), priorityClass: fc.nat(2), deadlineAtMs: fc.integer({ min: 1, max: 1_000 }) }), { minLength: 1, maxLength: 20 });
    const costs = fc.tuple(fc.double({ min: 0.1, max: 9, noNaN: true }), fc.double({ min: 0.1, max: 90, noNaN: true }), fc.double({ min: 0.1, max: 900, noNaN: true }));
    fc.assert(
      fc.property(rows, costs, fc.integer({ min: 1, max: 32 }), (sizes, [one, eight, all], maxBatchRows) => {
        const pending = sizes.map((more) => waiting(more.rows, more));
        const { taken, rows: total, runRows } = run(pending, { costs: new CostTable(new Map([[1, one], [8, eight], [32, all]])), policy: { ...POLICY, maxBatchRows } });
        expect(taken.reduce((sum, part) => sum + part.rows, 0)).toBe(total);
        expect(total).toBeGreaterThan(0);
        expect(runRows).toBeLessThanOrEqual(Math.max(maxBatchRows, total));
        expect(total).toBeLessThanOrEqual(maxBatchRows);
        for (const part of taken) expect(part.rows).toBeLessThanOrEqual(part.pending.rows);
        for (const part of taken.slice(0, -1)) expect(part.rows).toBe(part.pending.rows);
        const leftOut = pending.filter((candidate) => taken.every((part) => part.pending !== candidate));
        const lastClass = taken.at(-1)?.pending.priorityClass ?? 0;
        expect(leftOut.every((candidate) => candidate.priorityClass >= lastClass)).toBe(true);
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '@switchyard/training';
import { TRACES, arrivalTimes, type Trace } from './arrivals.js';
import { MEASURED_MODELS, capacityRowsPerSecond, type MeasuredModel } from './cost-tables.js';
import { POLICIES } from './compare-policies.js';
import { fixedWindow } from './policies/fixed-window.js';
import { switchyard } from './policies/switchyard.js';
import type { PolicyKind } from './policy.js';
import { simulate, type Outcome } from './simulate.js';

const [cheaperTogether, cheaperAlone] = MEASURED_MODELS as readonly [MeasuredModel, MeasuredModel, MeasuredModel];

interface Case {
  readonly model?: MeasuredModel;
  readonly policy?: PolicyKind;
  readonly load: number;
  readonly trace?: Trace;
  readonly rows?: number;
  readonly engines?: number;
  readonly seed?: number;
}

function run({ model = cheaperTogether, policy = switchyard(0), load, trace = 'poisson', rows = 4_000, engines = 1, seed = 1 }: Case): Outcome {
  const rowsPerMs = (load * engines * capacityRowsPerSecond(model)) / 1_000;
  const arrivals = arrivalTimes({ trace, rows, rowsPerMs, random: seededRandom(seed) });
  return simulate({ model, policy, arrivals, engines, maxBatchRows: 64, random: seededRandom(2) });
}

describe('simulate', () => {
  it('answers a lone row after its own cost', () => {
    const one = { ...cheaperAlone, costMs: new Map([[1, 2]]) };
    const { p50Ms, meanBatchRows } = simulate({ model: one, policy: switchyard(0), arrivals: Float64Array.of(0, 1_000, 2_000), engines: 1, maxBatchRows: 1, random: () => 0.5 });
    expect([p50Ms, meanBatchRows]).toEqual([2, 1]);
  });

  it('agrees with queueing theory: M/D/1 at half load waits half a service time on average', () => {
    const one = { ...cheaperAlone, costMs: new Map([[1, 2]]), deadlineMs: 10_000 };
    const arrivals = arrivalTimes({ trace: 'poisson', rows: 100_000, rowsPerMs: 0.25, random: seededRandom(3) });
    const waitsMs: number[] = [];
    const watched: PolicyKind = { name: 'one by one', create: () => ({ accepts: () => true, decide: () => ({ rows: 1 }), learn: ({ oldestWaitMs }) => void waitsMs.push(oldestWaitMs) }) };
    simulate({ model: one, policy: watched, arrivals, engines: 1, maxBatchRows: 1, random: () => 0.5 });
    expect(waitsMs.reduce((sum, waitMs) => sum + waitMs, 0) / waitsMs.length).toBeCloseTo(1, 1);
  });

  it('accounts for every row, whatever the policy and the load', () => {
    const cases = fc.record({
      policy: fc.constantFrom(...POLICIES), model: fc.constantFrom(...MEASURED_MODELS), trace: fc.constantFrom(...TRACES), load: fc.double({ min: 0.1, max: 2, noNaN: true }), seed: fc.nat(1_000),
    });
    fc.assert(
      fc.property(cases, (one) => {
        const { goodput, refusedRows } = run({ ...one, rows: 500, engines: 2 });
        expect(goodput * 500 + refusedRows).toBeLessThanOrEqual(500 + 1e-9);
        if (one.load < 0.2 && one.trace === 'poisson') expect(goodput).toBeGreaterThan(0.95);
      }),
      { numRuns: 60 },
    );
  });

  it('shows that waiting for a full batch costs an idle engine its latency', () => {
    expect(run({ load: 0.2 }).p99Ms).toBeLessThan(run({ load: 0.2, policy: fixedWindow(5) }).p99Ms / 5);
  });

  it('shows that filling batches wastes an engine whose cost per row rises', () => {
    expect(run({ model: cheaperAlone, load: 0.9 }).goodput).toBeGreaterThan(0.99);
    expect(run({ model: cheaperAlone, load: 0.9, policy: fixedWindow(50) }).goodput).toBeLessThan(0.5);
  });
});

describe('arrivalTimes', () => {
  it.each(TRACES)('keeps the mean rate of a %s trace', (trace) => {
    const times = arrivalTimes({ trace, rows: 40_000, rowsPerMs: 10, random: seededRandom(5) });
    expect(40_000 / (times.at(-1) as number)).toBeCloseTo(10, 0);
    expect(times.every((atMs, index) => index === 0 || atMs >= (times[index - 1] as number))).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { Ceiling } from '../ceiling/ceiling.js';
import type { MeasuredLoad } from '../measure/run-passes.js';
import { evaluateMarks } from './marks.js';
import { summarize } from './summarize.js';

function ceiling(rowsPerSecond: number): Ceiling {
  const best = { threads: 1, rows: 32, rowsPerSecond, cpuCores: 1 };
  return { runs: [best], best };
}

function load(connections: number, changes: Partial<MeasuredLoad> = {}): MeasuredLoad {
  return {
    work: 'mnist',
    model: 'mnist',
    format: 'TF Serving JSON',
    connections,
    answers: 8_000,
    durationMs: 1_000,
    answersPerSecond: 8_000,
    rowsPerSecond: 8_000,
    p50Ms: 1,
    p95Ms: 2,
    p99Ms: 4,
    maxMs: 9,
    failures: {},
    checkedAnswers: 200,
    wrongAnswers: [],
    processes: [{ name: 'api', cpuMs: 400, peakRss: 100, peakPss: 90 }],
    otherCores: 0,
    ...changes,
  };
}

function summaryOf(...loads: MeasuredLoad[][]) {
  const passes = loads.map((each, pass) => [{ system: 'switchyard', startUpMs: 1_000 + pass, loads: each, extra: null, failure: null }]);
  const summary = summarize({ ceilings: { mnist: [ceiling(100_000), ceiling(100_000), ceiling(300_000)] }, passes });
  const system = summary.systems[0];
  if (system === undefined) throw new Error('A pass over one system gave no summary of it.');
  return { ceilingRowsPerSecond: summary.ceilingRowsPerSecond, system };
}

describe('summarize', () => {
  it('takes medians over the passes, and of each pass the ratio to the ceilings around it', () => {
    const slow = load(64, { answersPerSecond: 6_000, rowsPerSecond: 6_000, p50Ms: 3 });
    const { ceilingRowsPerSecond, system } = summaryOf([load(1), load(64)], [load(1), slow]);
    expect(ceilingRowsPerSecond).toEqual({ mnist: 100_000 });
    expect(system.loads.map(({ connections }) => connections)).toEqual([1, 64]);
    expect(system.loads[1]).toMatchObject({ requestsPerSecond: 7_000, p50Ms: 2, ratioToCeiling: (8_000 / 100_000 + 6_000 / 200_000) / 2 });
  });

  it('adds failures up and keeps the highest memory', () => {
    const other = load(1, { failures: { 'status 503': 2, 'connection lost': 1 }, processes: [{ name: 'api', cpuMs: 800, peakRss: 50, peakPss: 95 }] });
    const { system } = summaryOf([load(1, { failures: { 'status 503': 1 }, wrongAnswers: ['wrong'] })], [other]);
    expect(system.loads[0]).toMatchObject({ failures: { 'status 503': 3, 'connection lost': 1 }, wrongAnswers: 1 });
    expect(system.loads[0]?.processes).toEqual([{ name: 'api', cpuMicrosPerRequest: 75, peakRss: 100, peakPss: 95 }]);
  });

  it('claims nothing that was not measured everywhere', () => {
    const { system } = summaryOf([load(1)], [load(1, { otherCores: null, processes: [{ name: 'api', cpuMs: null, peakRss: null, peakPss: null }] })]);
    expect(system.loads[0]).toMatchObject({ otherCores: null, processes: [{ name: 'api', cpuMicrosPerRequest: null, peakRss: null, peakPss: null }] });
  });
});

describe('evaluateMarks', () => {
  const isMet = (loads: MeasuredLoad[]): boolean[] => evaluateMarks(summaryOf(loads).system).map((mark) => mark.isMet);

  it('are met at their limits', () => {
    expect(isMet([load(1, { p50Ms: 2 }), load(64, { rowsPerSecond: 7_000, p50Ms: 1, p99Ms: 5 })])).toEqual([true, true, true, true]);
  });

  it('are missed one by one', () => {
    expect(isMet([load(1), load(64, { rowsPerSecond: 6_999 })])).toEqual([false, true, true, true]);
    expect(isMet([load(1), load(64, { p50Ms: 1, p99Ms: 5.1 })])).toEqual([true, false, true, true]);
    expect(isMet([load(1, { p50Ms: 2.01 }), load(64)])).toEqual([true, true, false, true]);
    expect(isMet([load(1, { failures: { 'status 500': 1 } }), load(64)])).toEqual([true, true, true, false]);
    expect(isMet([load(1), load(64, { wrongAnswers: ['wrong'] })])).toEqual([true, true, true, false]);
    expect(isMet([load(1), load(64, { checkedAnswers: 0 })])).toEqual([true, true, true, false]);
  });

  it('hold binary formats against JSON', () => {
    const format = 'Open Inference binary';
    expect(isMet([load(64, { rowsPerSecond: 7_000, p99Ms: 5 }), load(64, { format, answersPerSecond: 12_000 })])).toEqual([true, true, true, true]);
    expect(isMet([load(64, { rowsPerSecond: 7_000, p99Ms: 5 }), load(64, { format, answersPerSecond: 11_999 })])).toEqual([true, true, false, true]);
  });

  it('says nothing of loads that were not measured', () => {
    expect(isMet([load(16)])).toEqual([true]);
  });
});

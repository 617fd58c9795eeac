import { describe, expect, it } from '@jest/globals';
import type { BenchReport } from './bench-report.js';
import { renderReport } from './render-report.js';
import type { LoadSummary } from './summarize.js';

const LOAD: LoadSummary = {
  work: 'mnist',
  model: 'mnist',
  format: 'TF Serving JSON',
  connections: 64,
  requestsPerSecond: 7_563.4,
  rowsPerSecond: 7_563.4,
  p50Ms: 7.823,
  p95Ms: 14.07,
  p99Ms: 16.371,
  ratioToCeiling: 0.0712,
  failures: { 'status 503': 2 },
  wrongAnswers: 1,
  checkedAnswers: 200,
  processes: [{ name: 'api', cpuMicrosPerRequest: 71.4, peakRss: 200 * 2 ** 20, peakPss: 150 * 2 ** 20 }],
  otherCores: 0.04,
};

function report(load: LoadSummary): BenchReport {
  const best = { threads: 2, rows: 64, rowsPerSecond: 106_000, cpuCores: 2 };
  return {
    name: 'switchyard',
    date: '2026-11-21T09:00:00.000Z',
    command: 'npm run bench',
    versions: { redis: '7.0.15' },
    machine: { cpu: 'a processor', cores: 2, memoryGb: 24, os: 'linux', node: '20.20.2' },
    workload: 'MNIST, one row per request',
    timings: { warmUpMs: 3_000, measureMs: 8_000, ceilingRunMs: 400 },
    summary: { ceilingRowsPerSecond: { mnist: 106_000 }, systems: [{ name: 'switchyard', startUpMs: 3_900, loads: [load] }] },
    marks: [{ promise: 'it is fast', measured: 'it is', isMet: true }, { promise: 'nothing fails', measured: '3 failed or wrong', isMet: false }],
    figures: { ceilings: { mnist: [{ runs: [best], best }] }, passes: [[]] },
  };
}

describe('renderReport', () => {
  const lines = renderReport(report(LOAD)).split('\n');

  it('has one row per load, with failures and wrong answers together', () => {
    expect(lines).toContain('| TF Serving JSON |          64 |  7563 |   7.82 |  14.07 |  16.37 |      3 |         7.1 % |                 0.04 |');
  });

  it('tells CPU and memory of each process, and what the engine does alone', () => {
    expect(lines).toContain('| TF Serving JSON |          64 |  71 |');
    expect(lines).toContain('| TF Serving JSON |          64 | 150 / 200 |');
    expect(lines).toContain('| 64              |    106000 |');
  });

  it('says which marks are met', () => {
    expect(lines).toContain('- passed: it is fast: it is');
    expect(lines).toContain('- missed: nothing fails: 3 failed or wrong');
  });

  it('warns of neighbours only when there were any', () => {
    expect(lines.join('\n')).not.toContain('Repeat the run');
    expect(renderReport(report({ ...LOAD, otherCores: 0.9 }))).toContain('Other programs took up to 0.9 cores');
  });

  it('shows a dash for what the platform does not tell', () => {
    const unknown = { ...LOAD, otherCores: null, processes: [{ name: 'api', cpuMicrosPerRequest: null, peakRss: null, peakPss: null }] };
    expect(renderReport(report(unknown))).toContain('| TF Serving JSON |          64 |   – |');
  });
});

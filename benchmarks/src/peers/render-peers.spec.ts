import { describe, expect, it } from '@jest/globals';
import type { LoadSummary } from '../report/summarize.js';
import type { PeersReport } from './peers-report.js';
import { renderPeers } from './render-peers.js';

const MEGABYTE = 2 ** 20;

function load(work: string, connections: number, processes: Readonly<Record<string, number>>, changes: Partial<LoadSummary> = {}): LoadSummary {
  return {
    work,
    model: 'mnist',
    format: 'TF Serving JSON',
    connections,
    requestsPerSecond: 12_000,
    rowsPerSecond: 12_000,
    p50Ms: 5,
    p95Ms: 7,
    p99Ms: 9,
    ratioToCeiling: 0.15,
    failures: {},
    wrongAnswers: 0,
    checkedAnswers: 200,
    processes: Object.entries({ ...processes, 'load generator': 20 }).map(([name, megabytes]) => ({ name, cpuMicrosPerRequest: 20, peakRss: null, peakPss: megabytes * MEGABYTE })),
    otherCores: 0.01,
    ...changes,
  };
}

const OURS = { api: 150, 'inference-worker-1': 300, redis: 10, trainer: 100, registry: 90 };

function report(changes: Partial<PeersReport> = {}): PeersReport {
  return {
    name: 'peers',
    date: '2026-11-29T09:00:00.000Z',
    command: 'npm run bench:peers',
    settings: { BENCH_SECONDS: '2' },
    versions: { mosec: '0.9.8' },
    machine: { cpu: 'a processor', cores: 2, memoryGb: 24, os: 'linux', node: '20.20.2' },
    timings: { warmUpMs: 2_000, measureMs: 6_000, ceilingRunMs: 400 },
    omissions: ['Pictures were left out.'],
    absent: [{ peer: 'BentoML, onnxruntime', reason: 'it is not here' }],
    summary: {
      ceilingRowsPerSecond: { mnist: 80_000 },
      systems: [
        { name: 'Switchyard', startUpMs: 2_400, loads: [load('rows', 64, OURS), load('rows', 1, OURS)] },
        { name: 'Switchyard, 2 apis', startUpMs: 2_500, loads: [load('processes', 64, OURS)] },
        { name: 'mosec', startUpMs: 1_600, loads: [load('rows', 64, { mosec: 976 }, { requestsPerSecond: 6_500.4, failures: { 'status 500': 2 }, wrongAnswers: 1 })] },
        { name: 'FastAPI', startUpMs: null, loads: [] },
      ],
    },
    extra: { jobs: [], mixed: [] },
    marks: [{ promise: 'it is fast', measured: 'it is', isMet: true }],
    figures: { ceilings: {}, passes: [[], []] },
    ...changes,
  };
}

describe('renderPeers', () => {
  const text = renderPeers(report());

  it('says how to do it again, and what was left out', () => {
    expect(text).toContain('- command: `BENCH_SECONDS=2 npm run bench:peers`');
    expect(text).toContain('- versions: mosec 0.9.8');
    expect(text).toContain('- Pictures were left out.\n- BentoML, onnxruntime was not measured: it is not here.\n');
    expect(text).toContain('- passed: it is fast: it is');
  });

  it('has one table per work, servers side by side at each number of connections', () => {
    const table = text.slice(text.indexOf('## MNIST, one row per request, JSON'), text.indexOf('## MNIST, one row per request, JSON, with more processes'));
    const rows = table.split('\n').filter((line) => /^\| (Switchyard|mosec)/.test(line)).map((line) => line.split('|').slice(1, 4).map((cell) => cell.trim()));
    expect(rows).toEqual([['Switchyard', '1', '12000'], ['Switchyard', '64', '12000'], ['mosec', '64', '6500']]);
    expect(table).toContain('- mosec, 64 connections: 2 × status 500, 1 wrong answers of 200');
    expect(text).not.toContain('## MobileNetV2');
  });

  it('tells the memory of what serves, and of all; of a peer the whole, never the load generator', () => {
    expect(text).toMatch(/\| Switchyard +\| +64 \|.*\| 460 \(650\) \|/);
    expect(text).toMatch(/\| mosec +\| +64 \|.*\| +976 \|/);
  });

  it('tells what a request costs all processes, the load generator too, and how many cores that keeps busy', () => {
    expect(text).toMatch(/\| Switchyard +\| +64 \|.*\| +0\.12 \(1\.44\) \|/);
    expect(text).toMatch(/\| mosec +\| +64 \|.*\| +0\.04 \(0\.26\) \|/);
    const unknown = load('rows', 64, OURS, { processes: [{ name: 'api', cpuMicrosPerRequest: null, peakRss: null, peakPss: null }] });
    expect(renderPeers(report({ summary: { ceilingRowsPerSecond: {}, systems: [{ name: 'Switchyard', startUpMs: 1, loads: [unknown] }] } }))).toMatch(/– \(–\) \| +– \| +15\.0 % \|/);
  });

  it('has no latencies where nothing was answered', () => {
    const silent = { name: 'mosec', startUpMs: 1, loads: [load('rows', 64, { mosec: 1 }, { p50Ms: NaN, p95Ms: NaN, p99Ms: NaN, requestsPerSecond: 0 })] };
    const shown = renderPeers(report({ summary: { ceilingRowsPerSecond: {}, systems: [silent] } }));
    expect(shown).toMatch(/\| mosec +\| +64 \| +0 \| +12000 \| +– \| +– \| +– \|/);
  });

  it('shows more processes beside what one of each did', () => {
    const table = text.slice(text.indexOf('with more processes'), text.indexOf('## From start'));
    expect(table.match(/^\| Switchyard[^|]*/gm)?.map((cell) => cell.trim())).toEqual(['| Switchyard', '| Switchyard, 2 apis']);
  });

  it('tells when each answered first, or that it never did', () => {
    expect(text).toMatch(/\| Switchyard +\| +2.4 \|/);
    expect(text).toMatch(/\| FastAPI +\| never \|/);
  });
});

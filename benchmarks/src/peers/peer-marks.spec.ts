import { describe, expect, it } from '@jest/globals';
import type { LoadSummary, SystemSummary } from '../report/summarize.js';
import { evaluatePeerMarks } from './peer-marks.js';

const MEGABYTE = 2 ** 20;
const PROCESSES = [['api', 150], ['inference-worker-1', 300], ['redis', 119], ['trainer', 900], ['load generator', 900]] as const;

function load(work: string, connections: number, changes: Partial<LoadSummary> = {}): LoadSummary {
  return {
    work,
    model: 'mnist',
    format: 'TF Serving JSON',
    connections,
    requestsPerSecond: 1_000,
    rowsPerSecond: 1_000,
    p50Ms: 1,
    p95Ms: 2,
    p99Ms: 4,
    ratioToCeiling: 0.5,
    failures: {},
    wrongAnswers: 0,
    checkedAnswers: 200,
    processes: PROCESSES.map(([name, megabytes]) => ({ name, cpuMicrosPerRequest: 1, peakRss: null, peakPss: megabytes * MEGABYTE })),
    otherCores: 0,
    ...changes,
  };
}

const system = (name: string, ...loads: LoadSummary[]): SystemSummary => ({ name, startUpMs: 2_900, loads });
const rows = (connections: number, requestsPerSecond: number, p99Ms = 10): LoadSummary => load('rows', connections, { requestsPerSecond, p99Ms });

/** Promise → whether it is met, for those whose promise holds the words. */
function marksOf(systems: readonly SystemSummary[], words: string): boolean[] {
  return evaluatePeerMarks({ ceilingRowsPerSecond: {}, systems }).filter(({ promise }) => promise.includes(words)).map(({ isMet }) => isMet);
}

describe('evaluatePeerMarks', () => {
  it('holds rows against the fastest peer, and its own p99', () => {
    const peers = [system('mosec', rows(64, 500, 20)), system('FastAPI', rows(64, 400, 2))];
    const marks = (own: LoadSummary): boolean[] => marksOf([system('Switchyard', own), ...peers], 'the best peer');
    expect(marks(rows(64, 1_000, 10))).toEqual([true, true]);
    expect(marks(rows(64, 999, 10))).toEqual([false, true]);
    expect(marks(rows(64, 1_000, 10.1))).toEqual([true, false]);
  });

  it('allows two thirds of the p99 at 256 connections', () => {
    const marks = (p99Ms: number): boolean[] => marksOf([system('Switchyard', rows(256, 1_000, p99Ms)), system('mosec', rows(256, 500, 30))], 'p99');
    expect([marks(20), marks(20.1)]).toEqual([[true], [false]]);
  });

  it('asks for more over BentoML and Celery', () => {
    const peers = [system('BentoML, onnxruntime', rows(64, 125)), system('Celery, TensorFlow', rows(64, 20))];
    const marks = (own: number, words: string): boolean[] => marksOf([system('Switchyard', rows(64, own)), ...peers], words);
    expect([marks(1_000, '8 × BentoML'), marks(999, '8 × BentoML')]).toEqual([[true], [false]]);
    expect([marks(1_000, '50 × Celery'), marks(999, '50 × Celery')]).toEqual([[true], [false]]);
  });

  it('holds a lone caller against FastAPI on TensorFlow, else against what that had once', () => {
    const own = (p50Ms: number): SystemSummary => system('Switchyard', load('rows', 1, { p50Ms }));
    const peer = system('FastAPI, two processes, TensorFlow', load('rows', 1, { p50Ms: 0.9 }));
    expect([marksOf([own(0.9), peer], 'p50'), marksOf([own(0.91), peer], 'p50')]).toEqual([[true], [false]]);
    expect([marksOf([own(0.7)], 'p50'), marksOf([own(0.71)], 'p50')]).toEqual([[true], [false]]);
  });

  it('holds binary formats against JSON, of rows and of pictures as floats', () => {
    const message = (requestsPerSecond: number): LoadSummary => load('messages', 64, { format: 'Open Inference binary', requestsPerSecond });
    const rowMarks = (each: number): boolean[] => marksOf([system('Switchyard', rows(64, 1_000), message(each))], '1.5 × JSON');
    expect([rowMarks(1_500), rowMarks(1_499)]).toEqual([[true], [false]]);
    const tensor = (requestsPerSecond: number): LoadSummary => load('tensors', 8, { format: 'Open Inference gRPC', requestsPerSecond });
    const tensorMarks = (each: number): boolean[] => marksOf([system('Switchyard'), system('Switchyard, one model', load('tensors', 8), tensor(each))], '3 × JSON');
    expect([tensorMarks(3_000), tensorMarks(2_999)]).toEqual([[true], [false]]);
  });

  it('holds batches and pictures against the engine', () => {
    const own = (ratioToCeiling: number): SystemSummary => system('Switchyard', load('batches', 4, { ratioToCeiling }), load('pictures', 8, { ratioToCeiling }));
    expect([marksOf([own(0.85)], 'engine'), marksOf([own(0.84)], 'engine'), marksOf([own(0.69)], 'engine')]).toEqual([[true, true], [true, false], [false, false]]);
  });

  it('counts the memory of what serves, and no more', () => {
    const heavier = PROCESSES.map(([name, megabytes]) => ({ name, cpuMicrosPerRequest: 1, peakRss: null, peakPss: (megabytes + 1) * MEGABYTE }));
    expect(marksOf([system('Switchyard', load('rows', 64), load('pictures', 8))], 'memory')).toEqual([true]);
    expect(marksOf([system('Switchyard', load('rows', 64, { processes: heavier }), load('pictures', 8))], 'memory')).toEqual([false]);
  });

  it('says nothing of memory where one of the models was not asked', () => {
    expect(marksOf([system('Switchyard', load('rows', 64))], 'memory')).toEqual([]);
  });

  it('looks at failures of ours under every load, with whatever processes', () => {
    const peer = system('mosec', load('rows', 64, { failures: { 'status 500': 9 } }));
    const marks = (changes: Partial<LoadSummary>): boolean[] => marksOf([system('Switchyard', load('rows', 64)), system('Switchyard, 2 apis', load('processes', 64, changes)), peer], 'fails');
    expect([marks({}), marks({ wrongAnswers: 1 }), marks({ failures: { 'status 503': 1 } }), marks({ checkedAnswers: 0 })]).toEqual([[true], [false], [false], [false]]);
  });

  it('wants a start within three seconds, and says nothing of what was not measured', () => {
    expect(marksOf([system('Switchyard')], '3 s')).toEqual([true]);
    expect(marksOf([{ ...system('Switchyard'), startUpMs: 3_000 }], '3 s')).toEqual([false]);
    expect(evaluatePeerMarks({ ceilingRowsPerSecond: {}, systems: [{ name: 'Switchyard', startUpMs: null, loads: [] }] }).map(({ isMet }) => isMet)).toEqual([false]);
    expect(evaluatePeerMarks({ ceilingRowsPerSecond: {}, systems: [{ name: 'Switchyard', startUpMs: 2_000, loads: [] }] }).map(({ isMet }) => isMet)).toEqual([true]);
    expect(evaluatePeerMarks({ ceilingRowsPerSecond: {}, systems: [] })).toEqual([]);
  });
});

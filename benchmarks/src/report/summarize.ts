import { median } from '../figures/median.js';
import type { Ceiling } from '../ceiling/ceiling.js';
import type { MeasuredLoad, PassesFigures, SystemPass } from '../measure/run-passes.js';

/** One process of a system under one load, or all of the same name together, over all passes. */
export interface ProcessSummary {
  readonly name: string;
  /** Median over the passes; null where the platform does not tell. */
  readonly cpuMicrosPerRequest: number | null;
  /** Highest of all passes, in bytes. */
  readonly peakRss: number | null;
  readonly peakPss: number | null;
}

/** One load on one system: medians over the passes, failures added up. */
export interface LoadSummary {
  readonly work: string;
  readonly model: string;
  readonly format: string;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly rowsPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Rows per second over what the engine does alone, before and after the same pass. */
  readonly ratioToCeiling: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly wrongAnswers: number;
  readonly checkedAnswers: number;
  readonly processes: readonly ProcessSummary[];
  readonly otherCores: number | null;
}

export interface SystemSummary {
  readonly name: string;
  /** Null when it never started. */
  readonly startUpMs: number | null;
  readonly loads: readonly LoadSummary[];
}

export interface Summary {
  /** By model: median of the ceilings, in rows per second. */
  readonly ceilingRowsPerSecond: Readonly<Record<string, number>>;
  readonly systems: readonly SystemSummary[];
}

/** A load, and what the engine did alone around its pass. */
interface LoadInPass extends MeasuredLoad {
  readonly ceilingRowsPerSecond: number;
}

type AnyPass = SystemPass<unknown>;

/** Brings the passes together. */
export function summarize({ ceilings, passes }: PassesFigures<unknown>): Summary {
  const ceilingRowsPerSecond = Object.fromEntries(Object.entries(ceilings).map(([model, each]) => [model, median(each.map(({ best }) => best.rowsPerSecond))]));
  const names = passes[0]?.map(({ system }) => system) ?? [];
  return { ceilingRowsPerSecond, systems: names.map((name) => summarizeSystem(name, passes, ceilings)) };
}

function summarizeSystem(name: string, passes: readonly (readonly AnyPass[])[], ceilings: PassesFigures['ceilings']): SystemSummary {
  const own = passes.map((pass) => pass.filter(({ system }) => system === name));
  const loads = own.flatMap((pass, index) => pass.flatMap((each) => each.loads.map((load) => ({ ...load, ceilingRowsPerSecond: ceilingAround(ceilings[load.model] ?? [], index) }))));
  const kinds = loads.filter((load, index) => loads.findIndex((other) => isSameLoad(load, other)) === index);
  const startUps = own.flat().flatMap(({ startUpMs }) => startUpMs ?? []);
  return { name, startUpMs: startUps.length === 0 ? null : median(startUps), loads: kinds.map((kind) => summarizeLoad(loads.filter((load) => isSameLoad(load, kind)))) };
}

/** NaN for a model that the engine did not run alone. */
function ceilingAround(ceilings: readonly Ceiling[], pass: number): number {
  return median(ceilings.slice(pass, pass + 2).map(({ best }) => best.rowsPerSecond));
}

function isSameLoad(a: MeasuredLoad, b: MeasuredLoad): boolean {
  return a.work === b.work && a.format === b.format && a.connections === b.connections;
}

function summarizeLoad(loads: readonly LoadInPass[]): LoadSummary {
  const middle = (figure: (load: LoadInPass) => number): number => median(loads.map(figure));
  return {
    work: loads[0]?.work ?? '',
    model: loads[0]?.model ?? '',
    format: loads[0]?.format ?? '',
    connections: loads[0]?.connections ?? 0,
    requestsPerSecond: middle(({ answersPerSecond }) => answersPerSecond),
    rowsPerSecond: middle(({ rowsPerSecond }) => rowsPerSecond),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p95Ms: middle(({ p95Ms }) => p95Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    ratioToCeiling: middle(({ rowsPerSecond, ceilingRowsPerSecond }) => rowsPerSecond / ceilingRowsPerSecond),
    failures: addUp(loads.map(({ failures }) => failures)),
    wrongAnswers: loads.reduce((sum, { wrongAnswers }) => sum + wrongAnswers.length, 0),
    checkedAnswers: loads.reduce((sum, { checkedAnswers }) => sum + checkedAnswers, 0),
    processes: [...new Set(loads.flatMap(({ processes }) => processes.map(({ name }) => name)))].map((name) => summarizeProcess(name, loads)),
    otherCores: ofKnown(loads.map(({ otherCores }) => otherCores), median),
  };
}

function summarizeProcess(name: string, loads: readonly LoadInPass[]): ProcessSummary {
  const figures = loads.map(({ processes, answers }) => ({ answers, own: processes.filter((process) => process.name === name) })).filter(({ own }) => own.length > 0);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const largest = (values: readonly number[]): number => Math.max(...values);
  return {
    name,
    cpuMicrosPerRequest: ofKnown(figures.map(({ answers, own }) => perAnswer(ofKnown(own.map(({ cpuMs }) => cpuMs), sum), answers)), median),
    peakRss: ofKnown(figures.map(({ own }) => ofKnown(own.map(({ peakRss }) => peakRss), sum)), largest),
    peakPss: ofKnown(figures.map(({ own }) => ofKnown(own.map(({ peakPss }) => peakPss), sum)), largest),
  };
}

function perAnswer(cpuMs: number | null, answers: number): number | null {
  return cpuMs === null ? null : (cpuMs * 1_000) / answers;
}

/** Null as soon as one value is not known: half the truth is none. */
function ofKnown(values: readonly (number | null)[], combine: (values: readonly number[]) => number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : combine(known);
}

function addUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [kind, count] of counts.flatMap((each) => Object.entries(each))) sums[kind] = (sums[kind] ?? 0) + count;
  return sums;
}

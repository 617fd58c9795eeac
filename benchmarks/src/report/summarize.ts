import { median } from '../figures/median.js';
import type { LoadFigures } from '../measure/measure-load.js';
import type { PassesFigures, SystemPass } from '../measure/run-passes.js';

/** One process of a system under one load, over all passes. */
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
  readonly format: string;
  readonly connections: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** Rows per second over what the engine does alone. */
  readonly ratioToCeiling: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly wrongAnswers: number;
  readonly checkedAnswers: number;
  readonly processes: readonly ProcessSummary[];
  readonly otherCores: number | null;
}

export interface SystemSummary {
  readonly name: string;
  readonly startUpMs: number;
  readonly loads: readonly LoadSummary[];
}

export interface Summary {
  /** Median of the ceilings, in rows per second. */
  readonly ceilingRowsPerSecond: number;
  readonly systems: readonly SystemSummary[];
}

/** Brings the passes together. */
export function summarize({ ceilings, passes }: PassesFigures): Summary {
  const ceilingRowsPerSecond = median(ceilings.map(({ best }) => best.rowsPerSecond));
  const names = passes[0]?.map(({ system }) => system) ?? [];
  const systems = names.map((name) => summarizeSystem(name, passes.flat().filter(({ system }) => system === name), ceilingRowsPerSecond));
  return { ceilingRowsPerSecond, systems };
}

function summarizeSystem(name: string, passes: readonly SystemPass[], ceilingRowsPerSecond: number): SystemSummary {
  const kinds = passes[0]?.loads ?? [];
  return {
    name,
    startUpMs: median(passes.map(({ startUpMs }) => startUpMs)),
    loads: kinds.map((kind) => summarizeLoad(passes.flatMap(({ loads }) => loads.filter((load) => isSameLoad(load, kind))), ceilingRowsPerSecond)),
  };
}

function isSameLoad(a: LoadFigures, b: LoadFigures): boolean {
  return a.format === b.format && a.connections === b.connections;
}

function summarizeLoad(loads: readonly LoadFigures[], ceilingRowsPerSecond: number): LoadSummary {
  const middle = (figure: (load: LoadFigures) => number): number => median(loads.map(figure));
  return {
    format: loads[0]?.format ?? '',
    connections: loads[0]?.connections ?? 0,
    requestsPerSecond: middle(({ answersPerSecond }) => answersPerSecond),
    p50Ms: middle(({ p50Ms }) => p50Ms),
    p95Ms: middle(({ p95Ms }) => p95Ms),
    p99Ms: middle(({ p99Ms }) => p99Ms),
    ratioToCeiling: middle(({ rowsPerSecond }) => rowsPerSecond) / ceilingRowsPerSecond,
    failures: addUp(loads.map(({ failures }) => failures)),
    wrongAnswers: loads.reduce((sum, { wrongAnswers }) => sum + wrongAnswers.length, 0),
    checkedAnswers: loads.reduce((sum, { checkedAnswers }) => sum + checkedAnswers, 0),
    processes: (loads[0]?.processes ?? []).map(({ name }) => summarizeProcess(name, loads)),
    otherCores: ofKnown(loads.map(({ otherCores }) => otherCores), median),
  };
}

function summarizeProcess(name: string, loads: readonly LoadFigures[]): ProcessSummary {
  const figures = loads.flatMap(({ processes, answers }) => processes.filter((process) => process.name === name).map((process) => ({ ...process, answers })));
  const largest = (values: readonly number[]): number => Math.max(...values);
  return {
    name,
    cpuMicrosPerRequest: ofKnown(figures.map(({ cpuMs, answers }) => (cpuMs === null ? null : (cpuMs * 1_000) / answers)), median),
    peakRss: ofKnown(figures.map(({ peakRss }) => peakRss), largest),
    peakPss: ofKnown(figures.map(({ peakPss }) => peakPss), largest),
  };
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

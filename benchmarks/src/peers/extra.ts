import { median } from '../figures/median.js';
import type { JobsFigures } from '../measure/measure-jobs.js';
import type { MixedFigures, TrickleFigures } from '../measure/measure-mixed.js';
import type { PassesFigures } from '../measure/run-passes.js';

/** What is measured beside loads; null where it was not asked for. */
export interface PeersExtra {
  readonly jobs: JobsFigures | null;
  readonly mixed: MixedFigures | null;
}

/** Asynchronous jobs of one system over all passes. */
export interface JobsSummary {
  readonly system: string;
  readonly jobs: number;
  readonly jobsPerSecond: number;
  readonly durationMs: number;
  /** Failed, or with a wrong result; of all passes. */
  readonly failed: number;
  readonly checkedAnswers: number;
}

export interface TrickleSummary {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

/** The trickle of one system over all passes. */
export interface MixedSummary {
  readonly system: string;
  readonly requestsPerSecond: number;
  readonly alone: TrickleSummary;
  readonly flooded: TrickleSummary;
  readonly rowsPerJob: number;
  readonly jobsPerSecond: number;
  readonly floodFailed: number;
  /** Whether bulk jobs were still waiting when the trickle ended, in every pass. */
  readonly hasBacklog: boolean;
}

export interface ExtraSummary {
  readonly jobs: readonly JobsSummary[];
  readonly mixed: readonly MixedSummary[];
}

/** Medians over the passes, failures added up. */
export function summarizeExtra({ passes }: PassesFigures<PeersExtra>): ExtraSummary {
  const systems = [...new Set(passes.flat().map(({ system }) => system))];
  const extras = (name: string): PeersExtra[] => passes.flat().flatMap(({ system, extra }) => (system === name && extra !== null ? [extra] : []));
  return {
    jobs: systems.flatMap((system) => summarizeJobs(system, extras(system).flatMap(({ jobs }) => jobs ?? []))),
    mixed: systems.flatMap((system) => summarizeMixed(system, extras(system).flatMap(({ mixed }) => mixed ?? []))),
  };
}

function summarizeJobs(system: string, figures: readonly JobsFigures[]): JobsSummary[] {
  if (figures.length === 0) return [];
  return [{
    system,
    jobs: figures[0]?.jobs ?? 0,
    jobsPerSecond: median(figures.map(({ jobsPerSecond }) => jobsPerSecond)),
    durationMs: median(figures.map(({ durationMs }) => durationMs)),
    failed: figures.reduce((sum, { failures, wrongAnswers }) => sum + countOf(failures) + wrongAnswers.length, 0),
    checkedAnswers: figures.reduce((sum, { checkedAnswers }) => sum + checkedAnswers, 0),
  }];
}

function summarizeMixed(system: string, figures: readonly MixedFigures[]): MixedSummary[] {
  const [first] = figures;
  if (first === undefined) return [];
  return [{
    system,
    requestsPerSecond: first.requestsPerSecond,
    alone: summarizeTrickle(figures.map(({ alone }) => alone)),
    flooded: summarizeTrickle(figures.map(({ flooded }) => flooded)),
    rowsPerJob: first.flood.rowsPerJob,
    jobsPerSecond: median(figures.map(({ flood }) => flood.jobsPerSecond)),
    floodFailed: figures.reduce((sum, { flood }) => sum + countOf(flood.failures), 0),
    hasBacklog: figures.every(({ flood }) => flood.lastJob === 'queued'),
  }];
}

function summarizeTrickle(figures: readonly TrickleFigures[]): TrickleSummary {
  return {
    p50Ms: median(figures.map(({ p50Ms }) => p50Ms)),
    p95Ms: median(figures.map(({ p95Ms }) => p95Ms)),
    p99Ms: median(figures.map(({ p99Ms }) => p99Ms)),
    failed: figures.reduce((sum, { failures, wrongAnswers }) => sum + countOf(failures) + wrongAnswers.length, 0),
  };
}

function countOf(failures: Readonly<Record<string, number>>): number {
  return Object.values(failures).reduce((sum, count) => sum + count, 0);
}

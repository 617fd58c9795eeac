import type { ModelArtifact } from '@switchyard/engine';
import { measureCeiling, type Ceiling } from '../ceiling/ceiling.js';
import type { RunningSystem, System } from '../systems/system.js';
import type { Workload } from '../workloads/workload.js';
import { describeLoad } from './describe-load.js';
import { measureLoad, type LoadFigures } from './measure-load.js';
import type { Timings } from './timings.js';

export interface PlannedLoad {
  /** Loads of the same work are compared with each other, whatever their format. */
  readonly work: string;
  readonly workload: Workload;
  readonly connections: number;
}

/** A system and what is to be found out about it. */
export interface PlannedSystem<Extra = null> {
  readonly system: System;
  /** Those it does not take are left out. */
  readonly loads: readonly PlannedLoad[];
  /** What is measured beside loads, after them. */
  readonly extra?: (running: RunningSystem, say: (line: string) => void) => Promise<Extra>;
}

/** A model that the engine runs alone. */
export interface CeilingSubject {
  readonly model: string;
  readonly artifact: ModelArtifact;
  /** By default those of `measureCeiling`. */
  readonly batchRows?: readonly number[];
}

export interface BenchPlan<Extra = null> {
  readonly systems: readonly PlannedSystem<Extra>[];
  readonly passes: number;
  readonly timings: Timings;
  readonly ceilings: readonly CeilingSubject[];
  /** Prints a line on how it goes. */
  readonly say: (line: string) => void;
}

export interface MeasuredLoad extends LoadFigures {
  readonly work: string;
}

/** One system in one pass. */
export interface SystemPass<Extra = null> {
  readonly system: string;
  /** Null when it did not start. */
  readonly startUpMs: number | null;
  readonly loads: readonly MeasuredLoad[];
  readonly extra: Extra | null;
  /** Why it was not measured to the end, in a sentence; null when it was. */
  readonly failure: string | null;
}

export interface PassesFigures<Extra = null> {
  /** By model: before, between and after the passes. */
  readonly ceilings: Readonly<Record<string, readonly Ceiling[]>>;
  readonly passes: readonly (readonly SystemPass<Extra>[])[];
}

/**
 * Measures every system under every load it takes, pass after pass. Each is started for the pass and stopped after it, so that
 * they never share the machine; every other pass goes through them backwards, so that none always has the cooler processor.
 *
 * @throws ServingError what kept a system that is not optional from being measured
 */
export async function runPasses<Extra = null>(plan: BenchPlan<Extra>): Promise<PassesFigures<Extra>> {
  const rounds = [await measureCeilings(plan)];
  const passes: SystemPass<Extra>[][] = [];
  for (let pass = 0; pass < plan.passes; pass++) {
    const figures: SystemPass<Extra>[] = [];
    for (const planned of pass % 2 === 0 ? plan.systems : [...plan.systems].reverse()) {
      plan.say(`Pass ${pass + 1} of ${plan.passes}: ${planned.system.name}`);
      figures.push(await measureSystem(planned, plan));
    }
    passes.push(figures);
    rounds.push(await measureCeilings(plan));
  }
  const ceilings = Object.fromEntries(plan.ceilings.map(({ model }, index) => [model, rounds.map((round) => round[index] as Ceiling)]));
  return { ceilings, passes };
}

async function measureSystem<Extra>(planned: PlannedSystem<Extra>, { timings, say }: BenchPlan<Extra>): Promise<SystemPass<Extra>> {
  const { system } = planned;
  const loads: MeasuredLoad[] = [];
  let running: RunningSystem | undefined;
  let extra: Extra | null = null;
  let failure: string | null = null;
  try {
    running = await system.start();
    for (const load of planned.loads) {
      if (running.urlsOf(load.workload).length > 0) loads.push(await measureOneLoad(running, load, { timings, say }));
    }
    extra = (await planned.extra?.(running, say)) ?? null;
  } catch (error) {
    if (system.isOptional !== true) throw error;
    failure = error instanceof Error ? error.message : String(error);
    say(`  ${failure}`);
  } finally {
    await running?.stop();
  }
  return { system: system.name, startUpMs: running?.startUpMs ?? null, loads, extra, failure };
}

async function measureOneLoad(running: RunningSystem, { work, workload, connections }: PlannedLoad, { timings, say }: Pick<BenchPlan, 'timings' | 'say'>): Promise<MeasuredLoad> {
  const figures = await measureLoad(running, workload, { connections, warmUpMs: timings.warmUpMs, measureMs: timings.measureMs });
  say(`  ${workload.model}, ${describeLoad(figures)}`);
  return { ...figures, work };
}

async function measureCeilings({ ceilings, timings, say }: Pick<BenchPlan, 'ceilings' | 'timings' | 'say'>): Promise<Ceiling[]> {
  const found: Ceiling[] = [];
  for (const { model, artifact, batchRows } of ceilings) {
    const ceiling = await measureCeiling(artifact, { runMs: timings.ceilingRunMs, ...(batchRows === undefined ? {} : { batchRows }) });
    const { rowsPerSecond, rows, threads } = ceiling.best;
    say(`  the engine alone, ${model}: ${Math.round(rowsPerSecond)} rows/s at its best (batches of ${rows}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`);
    found.push(ceiling);
  }
  return found;
}

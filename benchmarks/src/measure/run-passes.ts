import { measureCeiling, type Ceiling } from '../ceiling/ceiling.js';
import type { ModelArtifact } from '@switchyard/engine';
import type { System } from '../systems/system.js';
import type { Workload } from '../workloads/workload.js';
import { describeLoad } from './describe-load.js';
import { measureLoad, type LoadFigures } from './measure-load.js';
import type { Timings } from './timings.js';

export interface PlannedLoad {
  readonly workload: Workload;
  readonly connections: number;
}

export interface BenchPlan {
  readonly systems: readonly System[];
  readonly loads: readonly PlannedLoad[];
  readonly passes: number;
  readonly timings: Timings;
  /** What the engine runs alone. */
  readonly artifact: ModelArtifact;
  /** Prints a line on how it goes. */
  readonly say: (line: string) => void;
}

/** One system in one pass. */
export interface SystemPass {
  readonly system: string;
  readonly startUpMs: number;
  readonly loads: readonly LoadFigures[];
}

export interface PassesFigures {
  /** Before, between and after the passes. */
  readonly ceilings: readonly Ceiling[];
  readonly passes: readonly (readonly SystemPass[])[];
}

/**
 * Measures every system under every load it takes, pass after pass. Each is started for the pass and stopped after it, so that
 * they never share the machine; every other pass goes through them backwards, so that none always has the cooler processor.
 */
export async function runPasses(plan: BenchPlan): Promise<PassesFigures> {
  const ceilings = [await measureOneCeiling(plan)];
  const passes: SystemPass[][] = [];
  for (let pass = 0; pass < plan.passes; pass++) {
    const figures: SystemPass[] = [];
    for (const system of pass % 2 === 0 ? plan.systems : [...plan.systems].reverse()) {
      plan.say(`Pass ${pass + 1} of ${plan.passes}: ${system.name}`);
      figures.push(await measureSystem(system, plan));
    }
    passes.push(figures);
    ceilings.push(await measureOneCeiling(plan));
  }
  return { ceilings, passes };
}

async function measureSystem(system: System, { loads: planned, timings, say }: BenchPlan): Promise<SystemPass> {
  const running = await system.start();
  try {
    const loads: LoadFigures[] = [];
    for (const { workload, connections } of planned.filter((load) => running.urlOf(load.workload.format.name) !== null)) {
      const figures = await measureLoad(running, workload, { connections, warmUpMs: timings.warmUpMs, measureMs: timings.measureMs });
      say(`  ${describeLoad(figures)}`);
      loads.push(figures);
    }
    return { system: system.name, startUpMs: running.startUpMs, loads };
  } finally {
    await running.stop();
  }
}

async function measureOneCeiling({ artifact, timings, say }: BenchPlan): Promise<Ceiling> {
  const ceiling = await measureCeiling(artifact, { runMs: timings.ceilingRunMs });
  const { rowsPerSecond, rows, threads } = ceiling.best;
  say(`  the engine alone: ${Math.round(rowsPerSecond)} rows/s at its best (batches of ${rows}, ${threads} ${threads === 1 ? 'thread' : 'threads'})`);
  return ceiling;
}

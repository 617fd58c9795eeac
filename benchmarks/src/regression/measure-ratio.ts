import { availableParallelism } from 'node:os';
import { measureCeiling } from '../ceiling/ceiling.js';
import { median } from '../figures/median.js';
import { measureLoad, type LoadFigures } from '../measure/measure-load.js';
import type { OpenMnist } from '../open-mnist.js';
import { switchyardSystem } from '../systems/switchyard-system.js';
import { roundRatio, type Round } from './round-ratio.js';

/** What a short run found. */
export interface RatioFigures {
  /** Median of the rounds below; see `roundRatio`. */
  readonly ratio: number;
  /** Those that other programs disturbed least. */
  readonly rounds: readonly Round[];
  /** What went wrong, a phrase each. */
  readonly failures: readonly string[];
}

const CONNECTIONS = 64;
const REQUESTS = 64;
const ROUNDS = 3;
/** So many rounds at most, until `ROUNDS` of them were undisturbed. */
const MAX_ROUNDS = 8;
const UNDISTURBED_CORES = 0.25;
/** The first round follows a cold start, and compilers take their time. */
const FIRST_WARM_UP_MS = 3_000;
const WARM_UP_MS = 500;
const MEASURE_MS = 2_000;
const CEILING_RUN_MS = 150;

/**
 * How much of the engine single rows get at 64 connections: the engine alone and the load in turn, three times, in 20 seconds; up to
 * eight times while other programs disturb it. The engine has one thread here: what it gains from a second varies by a third from run to run.
 *
 * @throws ServingError when the system does not start
 */
export async function measureRatio({ objects, artifact, workload }: OpenMnist): Promise<RatioFigures> {
  const singleRows = await workload({ rowsPerRequest: 1, requests: REQUESTS });
  const system = await switchyardSystem({ objects }).start();
  try {
    const rounds: Round[] = [];
    const failures: string[] = [];
    while (rounds.length < MAX_ROUNDS && rounds.filter(({ otherCores }) => otherCores < UNDISTURBED_CORES).length < ROUNDS) {
      const { best } = await measureCeiling(artifact, { runMs: CEILING_RUN_MS, threads: [1] });
      const warmUpMs = rounds.length === 0 ? FIRST_WARM_UP_MS : WARM_UP_MS;
      const load = await measureLoad(system, singleRows, { connections: CONNECTIONS, warmUpMs, measureMs: MEASURE_MS });
      rounds.push({
        requestsPerSecond: load.answersPerSecond,
        otherCores: load.otherCores ?? 0,
        ceilingRowsPerSecond: best.rowsPerSecond,
        ceilingCores: best.cpuCores,
      });
      failures.push(...problemsOf(load));
    }
    const best = [...rounds].sort((a, b) => a.otherCores - b.otherCores).slice(0, ROUNDS);
    return { ratio: median(best.map((round) => roundRatio(round, availableParallelism()))), rounds: best, failures };
  } finally {
    await system.stop();
  }
}

function problemsOf({ failures, wrongAnswers, checkedAnswers }: LoadFigures): string[] {
  const failed = Object.entries(failures).map(([kind, count]) => `${count} × ${kind}`);
  return [...failed, ...wrongAnswers, ...(checkedAnswers === 0 ? ['no answer was looked at'] : [])];
}

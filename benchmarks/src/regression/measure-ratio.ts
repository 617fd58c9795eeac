import { availableParallelism } from 'node:os';
import { measureCeiling } from '../ceiling/ceiling.js';
import { median } from '../figures/median.js';
import { measureLoad, type LoadFigures } from '../measure/measure-load.js';
import type { OpenMnist } from '../open-mnist.js';
import { switchyardSystem } from '../systems/switchyard-system.js';
import { roundRatio, type Round } from './round-ratio.js';

/** What a short run found. */
export interface RatioFigures {
  /** Median of the rounds; see `roundRatio`. */
  readonly ratio: number;
  readonly rounds: readonly Round[];
  /** What went wrong, a phrase each. */
  readonly failures: readonly string[];
}

const CONNECTIONS = 64;
const REQUESTS = 64;
const ROUNDS = 3;
/** The first round follows a cold start, and compilers take their time. */
const FIRST_WARM_UP_MS = 3_000;
const WARM_UP_MS = 500;
const MEASURE_MS = 2_000;
const CEILING_RUN_MS = 150;

/**
 * How much of the engine single rows get at 64 connections, in about 20 seconds: the engine alone and the load in turn, three times.
 * The engine has one thread here: what it gains from a second varies by a third from run to run.
 *
 * @throws ServingError when the system does not start
 */
export async function measureRatio({ objects, artifact, workload }: OpenMnist): Promise<RatioFigures> {
  const singleRows = await workload({ rowsPerRequest: 1, requests: REQUESTS });
  const system = await switchyardSystem({ objects }).start();
  try {
    const rounds: Round[] = [];
    const failures: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { best } = await measureCeiling(artifact, { runMs: CEILING_RUN_MS, threads: [1] });
      const warmUpMs = round === 0 ? FIRST_WARM_UP_MS : WARM_UP_MS;
      const load = await measureLoad(system, singleRows, { connections: CONNECTIONS, warmUpMs, measureMs: MEASURE_MS });
      rounds.push({
        requestsPerSecond: load.answersPerSecond,
        otherCores: load.otherCores ?? 0,
        ceilingRowsPerSecond: best.rowsPerSecond,
        ceilingCores: best.cpuCores,
      });
      failures.push(...problemsOf(load));
    }
    return { ratio: median(rounds.map((round) => roundRatio(round, availableParallelism()))), rounds, failures };
  } finally {
    await system.stop();
  }
}

function problemsOf({ failures, wrongAnswers, checkedAnswers }: LoadFigures): string[] {
  const failed = Object.entries(failures).map(([kind, count]) => `${count} × ${kind}`);
  return [...failed, ...wrongAnswers, ...(checkedAnswers === 0 ? ['no answer was looked at'] : [])];
}

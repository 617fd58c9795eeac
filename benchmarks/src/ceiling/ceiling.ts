import { availableParallelism } from 'node:os';
import type { ModelArtifact } from '@switchyard/engine';
import { runChildTask } from '../child/child-task.js';

/** Which runs to measure. */
export interface CeilingTask {
  readonly artifact: ModelArtifact;
  readonly batchRows: readonly number[];
  /** Threads within one run. */
  readonly threads: readonly number[];
  /** How long each combination is run. */
  readonly runMs: number;
}

export interface CeilingRun {
  readonly threads: number;
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** CPU it had meanwhile, in cores: less than its threads where other programs took their share. */
  readonly cpuCores: number;
}

/** What the engine does alone, with no request, no queue and no other process of ours at work. */
export interface Ceiling {
  readonly runs: readonly CeilingRun[];
  /** The fastest: what any server on this machine could reach at most. */
  readonly best: CeilingRun;
}

export interface CeilingOptions {
  /** How long each combination of batch size and threads is run. */
  readonly runMs: number;
  /** Threads within one run; by default one, and one per core. */
  readonly threads?: readonly number[];
  /** Batch sizes; by default 1 to 256. */
  readonly batchRows?: readonly number[];
}

const BATCH_ROWS = [1, 8, 32, 64, 128, 256];
const MARGIN_MS = 60_000;

/**
 * Runs the model directly on the engine, in a process of its own, with batches of several sizes.
 *
 * @throws ServingError when the model cannot be loaded or run
 */
export async function measureCeiling(artifact: ModelArtifact, { runMs, threads = [...new Set([1, availableParallelism()])], batchRows = BATCH_ROWS }: CeilingOptions): Promise<Ceiling> {
  const runs = await runChildTask<CeilingTask, CeilingRun[]>({
    name: 'The engine alone',
    entry: 'ceiling/ceiling-process.js',
    task: { artifact, batchRows, threads, runMs },
    deadlineMs: 2 * batchRows.length * threads.length * runMs + MARGIN_MS,
  });
  return { runs, best: fastest(runs) };
}

function fastest([first, ...others]: readonly CeilingRun[]): CeilingRun {
  return others.reduce((best, run) => (run.rowsPerSecond > best.rowsPerSecond ? run : best), first as CeilingRun);
}

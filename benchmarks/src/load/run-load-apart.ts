import { runChildTask } from '../child/child-task.js';
import type { LoadPlan, LoadResult } from './load-plan.js';

/** Start of the process, and a slow machine. */
const MARGIN_MS = 15_000;

/**
 * `runLoad` in a process of its own.
 *
 * @param onPhase is also told the id of that process
 * @throws ServingError when the plan is refused, or the process does not finish in time
 */
export function runLoadApart(plan: LoadPlan, onPhase?: (phase: 'measuring' | 'measured', pid: number) => void): Promise<LoadResult> {
  return runChildTask<LoadPlan, LoadResult, 'measuring' | 'measured'>({
    name: 'The load generator',
    entry: 'load/load-process.js',
    task: plan,
    deadlineMs: plan.warmUpMs + plan.measureMs + plan.requestTimeoutMs + MARGIN_MS,
    ...(onPhase === undefined ? {} : { onEvent: onPhase }),
  });
}

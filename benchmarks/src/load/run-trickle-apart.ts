import { runChildTask } from '../child/child-task.js';
import type { LoadResult } from './load-plan.js';
import type { TricklePlan } from './run-trickle.js';

/** Start of the process, and a slow machine. */
const MARGIN_MS = 15_000;

/** `runTrickle` in a process of its own. @throws ServingError when the plan is refused, or the process does not finish in time */
export function runTrickleApart(plan: TricklePlan): Promise<LoadResult> {
  return runChildTask<TricklePlan, LoadResult>({
    name: 'The trickle of requests',
    entry: 'load/trickle-process.js',
    task: plan,
    deadlineMs: plan.measureMs + plan.requestTimeoutMs + MARGIN_MS,
  });
}

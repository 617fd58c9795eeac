import { serveChildTask } from '../child/serve-child-task.js';
import type { LoadResult } from './load-plan.js';
import { runTrickle, type TricklePlan } from './run-trickle.js';

serveChildTask<TricklePlan, LoadResult>((plan) => runTrickle(plan));

import { serveChildTask } from '../child/serve-child-task.js';
import type { LoadPlan, LoadResult } from './load-plan.js';
import { runLoad } from './run-load.js';

serveChildTask<LoadPlan, LoadResult, 'measuring' | 'measured'>((plan, tell) => runLoad(plan, tell));

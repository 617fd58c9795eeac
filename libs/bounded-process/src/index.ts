export { runBounded, type BoundedTask } from './run-bounded.js';
export { answerTask } from './answer-task.js';
export type { ProcessLimits } from './process-limits.js';

export { allowedBatchRows, type BatchPolicy } from './batch-policy.js';
export type { BatchObserver } from './batch-observer.js';
export { Batcher, type BatcherOptions, type SubmitOptions } from './batcher.js';
export { CostTable } from './cost-table.js';
export { decideBatch, type BatchDecision, type DispatchReason } from './decide-batch.js';
export type { PendingRows } from './pending-rows.js';
export type { BatchedOutputs, FailedRows } from './submission.js';

export { allowedBatchRows, type BatchPolicy } from './batch-policy.js';
export type { BatchObserver, ExecutedBatch } from './batch-observer.js';
export type { LoggedBatch } from './batch-log.js';
export type { BatchingState } from './batching-state.js';
export { Batcher, type BatcherOptions, type SubmitOptions } from './batcher.js';
export { CostTable, type KnownCost } from './cost-table.js';
export { DISPATCH_REASONS, decideBatch, type BatchSituation, type DispatchReason, type RunDecision, type WaitDecision } from './decide-batch.js';
export type { PendingRows } from './pending-rows.js';
export type { BatchedOutputs, FailedRows } from './submission.js';

export { imageRowsOf, type ImageRows } from './image-rows.js';
export { ModelStatistics, type DurationStatistics, type VersionStatistics } from './model-statistics.js';
export { NO_TIMING, type ReplyTiming } from './reply-timing.js';
export { PRIORITIES, type InferRequest, type InferResponse, type Priority } from './infer-request.js';
export type { InferenceJob, InferenceReply, JobEntry, RowFailure } from './inference-job.js';
export {
  JOB_STATUSES, hasEnded,
  type IdempotencyKey, type InferenceConsumer, type InferenceJobs, type InferenceQueue, type JobNotices, type JobState, type JobStatus,
} from './inference-queue.js';
export { shapeFits, validateInputs } from './validate-request.js';
export { rememberedCapacity, workerLeaseSchema, workersServing, type ServingCapacity, type WorkerDirectory, type WorkerLease } from './worker-directory.js';

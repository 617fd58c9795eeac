export { hasCatalog, publishCatalog } from './publish-catalog.js';
export { createRedisCatalog, type RedisCatalogOptions } from './redis-catalog.js';
export { createWorkerDirectory } from './redis-worker-directory.js';
export { startWorkerLease, type RunningLease, type WorkerLeaseOptions } from './worker-lease.js';
export { publishPipelines, readPipelines } from './pipelines.js';
export { readBatchingReports, startBatchingReports, type BatchingReport, type BatchingReportsOptions } from './batching-reports.js';

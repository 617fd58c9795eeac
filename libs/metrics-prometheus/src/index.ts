export { NO_PROTOCOL, createRequestMetrics, type RequestMetrics } from './request-metrics.js';
export { createWorkerMetrics, type WorkerMetrics } from './batch-metrics.js';
export { exportQuarantined } from './quarantined-gauge.js';
export { exportRowsWaiting } from './rows-waiting-gauge.js';
export { createTrainingMetrics } from './training-metrics.js';
export { createTfServingMetrics, type TfServingApi, type TfServingCall, type TfServingMetrics, type TfServingRun } from './tf-serving-metrics.js';

export { backToTheQueue } from './back-to-the-queue.js';
export { BullmqInferenceConsumer, type BullmqConsumerOptions } from './bullmq-inference-consumer.js';
export { BullmqInferenceJobs, type BullmqJobsOptions } from './bullmq-inference-jobs.js';
export { BullmqInferenceQueue, type BullmqQueueOptions } from './bullmq-inference-queue.js';
export { RedisJobNotices } from './redis-job-notices.js';
export { JobRecords, type JobRecordsOptions } from './job-records.js';
export { queueJobId } from './queue-job-id.js';
export { readRowsWaiting, type RowsWaitingOptions } from './rows-waiting.js';
export { createRegistryCommands, type RegistryAnswer, type RegistryCommands } from './registry-commands.js';

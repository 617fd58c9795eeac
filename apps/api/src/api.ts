import { register } from 'prom-client';
import { createRedisCatalog, createWorkerDirectory } from '@switchyard/catalog-redis';
import { recently, systemClock } from '@switchyard/clock';
import { Coupler } from '@switchyard/coupling';
import { ModelStatistics, rememberedCapacity, type WorkerDirectory } from '@switchyard/inference';
import { createRequestMetrics, exportRowsWaiting } from '@switchyard/metrics-prometheus';
import { hasArrived, modelNames, type CatalogSource } from '@switchyard/model-registry';
import { BullmqInferenceJobs, BullmqInferenceQueue, JobRecords, RedisJobNotices, readRowsWaiting } from '@switchyard/queue-bullmq';
import type { ServiceParts } from '@switchyard/service-runtime';
import type { ApiConfig } from './api.config.js';
import { JobSubmissions } from './jobs/job-submissions.js';
import { JobWatcher } from './jobs/job-watcher.js';
import { isServed } from './predictions/choose-version.js';
import { Predictions } from './predictions/predictions.js';
import { defaultModel, type DefaultModel } from './system/default-model.js';
import { healthFacts } from './system/health-facts.js';
import { requestStatistics } from './system/request-statistics.js';
import { createTfServingParts, type TfServingParts } from './tf-serving/tf-serving-parts.js';

/** One runs while the next one arrives. More would only make smaller jobs. */
const JOBS_PER_WORKER = 2;
/** A job's payload stays well below what makes Redis and the sockets stutter. */
const MAX_JOB_BYTES = 1024 * 1024;
/** Every submission of a job asks for it. */
const ROWS_WAITING_MAX_AGE_MS = 250;

/** Notices of changes come within milliseconds; this is for those that Redis loses, as when it restarts. */
const WATCHED_JOBS_LOOK_MS = 5_000;

/** What the controllers work with. */
export interface Api extends TfServingParts {
  readonly catalog: CatalogSource;
  readonly workers: WorkerDirectory;
  readonly predictions: Predictions;
  /** Of the requests this process has answered. */
  readonly statistics: ModelStatistics;
  readonly jobs: BullmqInferenceJobs;
  readonly submissions: JobSubmissions;
  readonly watcher: JobWatcher;
  readonly metrics: ReturnType<typeof createRequestMetrics>;
}

/** Wires the api: catalog and worker leases in, requests through the coupler onto the queue. */
export async function createApi({ config, logger, redis, store, lifetime, readiness, facts }: ServiceParts<ApiConfig>): Promise<Api> {
  const prefix = config.QUEUE_PREFIX;
  const onError = (error: unknown): void => logger.warn({ err: error }, 'api.redis-error');
  const catalog = lifetime.own(await createRedisCatalog({ redis, prefix, onError }));
  const workers = lifetime.own(await createWorkerDirectory(redis, prefix));
  const queue = lifetime.own(new BullmqInferenceQueue({ redis, prefix }));
  const jobSize = { maxJobRows: config.MAX_JOB_ROWS, maxJobBytes: MAX_JOB_BYTES };
  const coupler = new Coupler({
    queue,
    clock: systemClock,
    policy: { ...jobSize, maxRowsInHand: config.MAX_ROWS_IN_HAND, maxBytesInHand: config.MAX_BYTES_IN_HAND },
    jobsPerWorker: JOBS_PER_WORKER,
    capacityOf: rememberedCapacity(workers),
  });
  const records = new JobRecords({ redis, prefix, store, resultTtlMs: config.JOB_RESULT_TTL_MS });
  const jobs = lifetime.own(new BullmqInferenceJobs({ redis, prefix, records, ...jobSize }));
  const metrics = createRequestMetrics(register);
  metrics.observeRowsInHand(() => coupler.rowsInHand);
  const rowsWaiting = recently(() => readRowsWaiting({ redis, prefix, models: modelNames(catalog.current()) }), { clock: systemClock, maxAgeMs: ROWS_WAITING_MAX_AGE_MS });
  exportRowsWaiting(register, rowsWaiting);
  readiness.add('workers', async () => assertEveryModelServed(catalog, await workers.refresh()));
  const statistics = new ModelStatistics();
  const imageModel = (): DefaultModel => defaultModel(config.DEFAULT_IMAGE_MODEL, { catalog, workers });
  facts.addToHealth(() => healthFacts(imageModel()));
  facts.addStatistics(async () => requestStatistics({ model: imageModel(), totals: await metrics.totals(), versions: statistics.of() }));
  const predictions = new Predictions({ catalog, workers, coupler, clock: systemClock, requestTimeoutMs: config.REQUEST_TIMEOUT_MS, statistics });
  const submissions = new JobSubmissions({
    predictions, jobs, metrics, clock: systemClock, jobTimeoutMs: config.JOB_TIMEOUT_MS, maxRowsWaiting: config.MAX_ROWS_WAITING,
    readRowsWaiting: rowsWaiting,
  });
  const notices = lifetime.own(new RedisJobNotices(redis, prefix));
  const watcher = lifetime.own(new JobWatcher({ jobs, notices, lookEveryMs: WATCHED_JOBS_LOOK_MS, maxListeners: config.MAX_JOB_LISTENERS }));
  return { catalog, workers, predictions, statistics, jobs, submissions, watcher, metrics, ...createTfServingParts(workers) };
}

function assertEveryModelServed(catalog: CatalogSource, leases: ReturnType<WorkerDirectory['current']>): void {
  if (!hasArrived(catalog.current())) throw new Error('The catalog of models has not arrived yet.');
  const unserved = catalog.current().models.filter(({ name }) => !isServed(catalog.current(), leases, name));
  if (unserved.length === 0) return;
  throw new Error(`No live worker has these models loaded: ${unserved.map(({ name }) => name).join(', ')}.`);
}

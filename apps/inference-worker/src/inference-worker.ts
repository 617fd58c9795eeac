import { randomUUID } from 'node:crypto';
import { register } from 'prom-client';
import type { BatchPolicy } from '@switchyard/batching';
import { createRedisCatalog, startBatchingReports, startWorkerLease, type BatchingReport, type RunningLease } from '@switchyard/catalog-redis';
import { systemClock } from '@switchyard/clock';
import type { WorkerLease } from '@switchyard/inference';
import { createWorkerMetrics, exportQuarantined, exportRowsWaiting } from '@switchyard/metrics-prometheus';
import { modelNames } from '@switchyard/model-registry';
import { BullmqInferenceConsumer, JobRecords, readRowsWaiting } from '@switchyard/queue-bullmq';
import type { ServiceParts } from '@switchyard/service-runtime';
import type { InferenceWorkerConfig } from './inference-worker.config.js';
import { createEngines } from './loading/engines.js';
import { loadVersion } from './loading/load-version.js';
import { LoadedVersions } from './loading/loaded-versions.js';
import { applyBatchingLimits } from './serving/batching-limits.js';
import { ModelConsumers } from './serving/model-consumers.js';
import { createAnswerImages } from './serving/answer-images.js';
import { createServeInference } from './serving/serve-inference.js';

type InferenceWorkerParts = ServiceParts<InferenceWorkerConfig>;

/** Wires the worker: catalog → loaded versions → consumers → batchers → engines, and the lease that tells the api of it. */
export async function startInferenceWorker(parts: InferenceWorkerParts): Promise<void> {
  const { config, logger, redis, lifetime, readiness } = parts;
  const prefix = config.QUEUE_PREFIX;
  const onError = (error: unknown): void => logger.warn({ err: error }, 'worker.redis-error');
  const versions = lifetime.own(createLoadedVersions(parts, () => follow()));
  const consumers = lifetime.own(createConsumers(parts, versions));
  const workerId = randomUUID();
  const lease: RunningLease = lifetime.own(startWorkerLease({ redis, prefix, onError, describe: describeLease(workerId, versions) }));
  lifetime.own(startBatchingReports({ redis, prefix, onError, describe: describeBatching(workerId, versions) }));
  const follow = (): void => {
    applyBatchingLimits(versions.ready(), versions.catalog, batchPolicy(config));
    consumers.follow(new Set(versions.ready().map(({ manifest }) => manifest.name)));
    void lease.renew();
  };
  exportQuarantined(register, () => versions.ready().flatMap(({ manifest, outage }) => (outage() === null ? [] : [manifest])));
  readiness.add('models', () => assertAllLoaded(versions));
  const catalog = lifetime.own(await createRedisCatalog({ redis, prefix, onError }));
  exportRowsWaiting(register, () => readRowsWaiting({ redis, prefix, models: modelNames(catalog.current()) }));
  catalog.onChange((current) => {
    versions.follow(current);
    follow();
  });
  versions.follow(catalog.current());
}

function createLoadedVersions(parts: InferenceWorkerParts, onChange: () => void): LoadedVersions {
  const { config, logger, store, lifetime } = parts;
  const engines = createEngines({ threads: config.ENGINE_THREADS, runThreads: config.RUN_THREADS, logger });
  for (const engine of engines) lifetime.own(engine);
  const metrics = createWorkerMetrics(register);
  return new LoadedVersions({
    clock: systemClock,
    logger,
    onChange,
    async load(manifest) {
      const loaded = await loadVersion(manifest, {
        store, engines, pinnedEngine: config.ENGINE, logger, clock: systemClock,
        cacheDirectory: config.MODEL_CACHE_DIRECTORY, policy: batchPolicy(config),
        observe: (model, engine) => metrics.batches(model, engine),
      });
      metrics.modelLoaded(manifest.name, manifest.version, loaded.engineName, true);
      return { ...loaded, close: () => (metrics.modelLoaded(manifest.name, manifest.version, loaded.engineName, false), loaded.close()) };
    },
  });
}

function createConsumers({ config, logger, redis, store, lifetime }: InferenceWorkerParts, versions: LoadedVersions): ModelConsumers {
  const records = new JobRecords({ redis, prefix: config.QUEUE_PREFIX, store, resultTtlMs: config.JOB_RESULT_TTL_MS });
  const onError = (error: unknown): void => logger.warn({ err: error }, 'worker.queue-error');
  const consumer = lifetime.own(new BullmqInferenceConsumer({ redis, prefix: config.QUEUE_PREFIX, records, onError }));
  const answerImages = createAnswerImages({ clock: systemClock, maxDecoding: config.DECODE_CONCURRENCY, maxDecodedMegabytes: config.MAX_DECODED_MEGABYTES });
  const handler = createServeInference({ versions, answerImages, clock: systemClock, logger });
  return new ModelConsumers(consumer, handler, config.MAX_BATCH_ROWS * (config.ENGINE_THREADS + 1));
}

function batchPolicy(config: InferenceWorkerConfig): BatchPolicy {
  return {
    maxBatchRows: config.MAX_BATCH_ROWS, maxQueuedRows: config.MAX_QUEUED_ROWS, maxQueuedBytes: config.MAX_QUEUED_BYTES, maxQueueDelayMs: config.MAX_QUEUE_DELAY_MS,
  };
}

function describeLease(id: string, versions: LoadedVersions) {
  return (): WorkerLease => ({
    id,
    models: versions.ready().map(({ manifest: { name, version }, engineName, warmUpMs, batcher: { batchRows, mostRowsPerMs } }) => ({
      name, version, engine: engineName, warmUpMs, batchRows,
      ...(Number.isFinite(mostRowsPerMs) && { mostRowsPerMs }),
    })),
  });
}

function describeBatching(workerId: string, versions: LoadedVersions) {
  return (): [string, BatchingReport][] =>
    versions.ready().map(({ manifest, engineName, batcher }) => [manifest.name, { workerId, version: manifest.version, engine: engineName, atMs: Date.now(), state: batcher.explain() }]);
}

function assertAllLoaded(versions: LoadedVersions): void {
  if (!versions.hasCatalog) throw new Error('The catalog of models has not arrived yet.');
  const missing = versions.missing();
  if (missing.length === 0) return;
  throw new Error(missing.map(({ name, version, reason }) => `Version ${version} of "${name}" is not ready: ${reason}`).join(' '));
}

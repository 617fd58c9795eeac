import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BatchObserver } from '@switchyard/batching';
import { LATENCY_BUCKETS_SECONDS, ROW_BUCKETS } from './buckets.js';

export interface WorkerMetrics {
  /** The observer of one loaded version's batcher. */
  batches(model: string, engine: string): BatchObserver;
  modelLoaded(model: string, version: number, engine: string, loaded: boolean): void;
}

/** What a worker counts: per batch, not per row, so that it costs nothing under load. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const rows = new Histogram({ name: 'switchyard_batch_rows', help: 'Rows per batch.', labelNames: ['model'], buckets: ROW_BUCKETS, registers });
  const batches = new Counter({ name: 'switchyard_batches_total', help: 'Batches run, by why they left.', labelNames: ['model', 'reason'], registers });
  const padding = new Counter({ name: 'switchyard_batch_padding_rows_total', help: 'Rows of zeros that filled batches up to a cheaper size.', labelNames: ['model'], registers });
  const runs = new Histogram({
    name: 'switchyard_engine_run_duration_seconds', help: 'One batch that succeeded, from hand-over to the engine to its outputs.', labelNames: ['model', 'engine'], buckets: LATENCY_BUCKETS_SECONDS, registers,
  });
  const delays = new Histogram({ name: 'switchyard_queue_delay_seconds', help: 'How long rows waited in the worker for their batch.', labelNames: ['model'], buckets: LATENCY_BUCKETS_SECONDS, registers });
  const outcomes = new Counter({ name: 'switchyard_rows_total', help: 'Rows by what became of them.', labelNames: ['model', 'outcome'], registers });
  const loadedModels = new Gauge({ name: 'switchyard_models_loaded', help: '1 for each version loaded and warm.', labelNames: ['model', 'version', 'engine'], registers });
  return {
    batches: (model, engine) => ({
      batchExecuted(batch) {
        rows.observe({ model }, batch.rows);
        batches.inc({ model, reason: batch.reason });
        if (batch.runRows > batch.rows) padding.inc({ model }, batch.runRows - batch.rows);
        if (!batch.hasFailed) runs.observe({ model, engine }, batch.durationMs / 1_000);
        for (const delayMs of batch.queueDelaysMs) delays.observe({ model }, delayMs / 1_000);
        outcomes.inc({ model, outcome: 'run' }, batch.rows);
      },
      rowsExpired: (count) => outcomes.inc({ model, outcome: 'expired' }, count),
      rowsRefused: (count) => outcomes.inc({ model, outcome: 'refused' }, count),
    }),
    modelLoaded(model, version, engine, loaded) {
      if (loaded) loadedModels.set({ model, version, engine }, 1);
      else loadedModels.remove({ model, version, engine });
    },
  };
}

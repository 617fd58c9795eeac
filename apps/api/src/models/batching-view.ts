import type { BatchingReport } from '@switchyard/catalog-redis';
import type { BatchingChange, BatchingLimits, CatalogModel } from '@switchyard/model-registry';

/** The limits as they are written in JSON, and as the registry knows them. */
const LIMIT_NAMES = {
  max_batch_rows: 'maxBatchRows',
  max_queued_rows: 'maxQueuedRows',
  max_queued_bytes: 'maxQueuedBytes',
  max_queue_delay_ms: 'maxQueueDelayMs',
} as const satisfies Record<string, keyof BatchingLimits>;

export const LIMIT_FIELDS = Object.keys(LIMIT_NAMES) as (keyof typeof LIMIT_NAMES)[];

/** How a model is batched: what an operator has set, and what each worker knows, does and has done. */
export function batchingView({ name, batching }: Pick<CatalogModel, 'name' | 'batching'>, reports: readonly BatchingReport[]): unknown {
  return { model: name, limits: limitsView(batching), workers: reports.map(workerView) };
}

/** Null where nothing is set. */
export function limitsView(limits: BatchingLimits): Record<string, number | null> {
  return Object.fromEntries(LIMIT_FIELDS.map((field) => [field, limits[LIMIT_NAMES[field]] ?? null]));
}

export function limitsOf(body: Readonly<Record<string, unknown>>): BatchingChange {
  return Object.fromEntries(Object.entries(body).map(([field, value]) => [LIMIT_NAMES[field as keyof typeof LIMIT_NAMES], value]));
}

function workerView({ workerId, version, engine, atMs, state }: BatchingReport): unknown {
  return {
    worker: workerId,
    version,
    engine,
    at: new Date(atMs).toISOString(),
    limits: limitsView(state.policy),
    concurrent_runs: state.maxConcurrentRuns,
    running_batches: state.running,
    queued_rows: state.queuedRows,
    queued_bytes: state.queuedBytes,
    cheapest_batch_rows: state.cheapestRows,
    costs: state.costs.map(({ rows, meanMs, p95Ms, runs }) => ({ rows, mean_ms: rounded(meanMs), p95_ms: rounded(p95Ms), ms_per_row: rounded(meanMs / rows), runs })),
    reasons: state.reasons,
    last_batches: state.latest.map((batch) => ({
      rows: batch.rows, run_rows: batch.runRows, reason: batch.reason, queue_delay_ms: rounded(batch.queueDelayMs), duration_ms: rounded(batch.durationMs), failed: batch.hasFailed, expected_ms: rounded(batch.expectedMs),
    })),
  };
}

/** Microseconds are as far as these clocks can be trusted. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

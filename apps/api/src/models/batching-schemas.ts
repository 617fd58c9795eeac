import { COUNT, FLAG, TEXT, listOf, mapOf, objectSchema } from '../http/object-schema.js';
import { LIMIT_FIELDS } from './batching-view.js';

const MS = { type: 'number' };

/** Null where an operator has set nothing. */
const LIMITS = objectSchema(Object.fromEntries(LIMIT_FIELDS.map((field) => [field, { type: 'number', nullable: true }])));
const COST = objectSchema({ rows: COUNT, mean_ms: MS, p95_ms: MS, ms_per_row: MS, runs: COUNT });
const BATCH = objectSchema({ rows: COUNT, run_rows: COUNT, reason: TEXT, queue_delay_ms: MS, duration_ms: MS, failed: FLAG, expected_ms: MS });
const WORKER = objectSchema({
  worker: TEXT, version: { type: 'integer', minimum: 1 }, engine: TEXT, at: { type: 'string', format: 'date-time' }, limits: LIMITS, concurrent_runs: COUNT, running_batches: COUNT,
  queued_rows: COUNT, queued_bytes: COUNT, cheapest_batch_rows: COUNT, costs: listOf(COST), reasons: mapOf(COUNT), last_batches: listOf(BATCH),
});

/** What the OpenAPI document says of the batching of a model, and of its limits after a change. */
export const BATCHING_SCHEMA = objectSchema({ model: TEXT, limits: LIMITS, workers: listOf(WORKER) });
export const LIMITS_SCHEMA = objectSchema({ model: TEXT, limits: LIMITS });

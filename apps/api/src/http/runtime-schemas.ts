import { COUNT, FLAG, TEXT, listOf, mapOf, objectSchema } from './object-schema.js';

/** What the OpenAPI document says of the routes that every service has, as the api answers them. */
const MEAN_MS = { type: 'number', minimum: 0, nullable: true };

export const HEALTH_SCHEMA = objectSchema({
  status: { type: 'string', enum: ['healthy'] }, service: TEXT, uptime_seconds: COUNT,
  gateway: { type: 'string', enum: ['operational'] }, tf_serving: { type: 'string', enum: ['connected', 'disconnected'] }, model_loaded: FLAG,
  model: objectSchema({ name: TEXT, version: { type: 'string', nullable: true }, state: { type: 'string', enum: ['AVAILABLE', 'LOADING'] } }),
});

const CHECKS = mapOf(objectSchema({ status: { type: 'string', enum: ['up', 'down'] }, message: TEXT }, ['message']));

/** `info` are the checks that hold, `error` those that do not, `details` all of them. */
export const READINESS_SCHEMA = objectSchema({ status: { type: 'string', enum: ['ok', 'error', 'shutting_down'] }, info: CHECKS, error: CHECKS, details: CHECKS });

const VERSION_STATISTICS = objectSchema({
  model: TEXT, version: TEXT, requests_total: COUNT, errors_total: COUNT, rows_total: COUNT, batches_total: COUNT,
  request_time_ms: MEAN_MS, queue_time_ms: MEAN_MS, preprocessing_time_ms: MEAN_MS, inference_time_ms: MEAN_MS,
});

/** Statistics of this process, by version too; times are means, null of what was never done. */
export const STATISTICS_SCHEMA = objectSchema({
  service: TEXT, uptime_seconds: { type: 'number', minimum: 0 }, uptime_hours: { type: 'number', minimum: 0 },
  model: TEXT, model_version: { type: 'string', nullable: true }, requests_total: COUNT, errors_total: COUNT, success_rate: { type: 'number', minimum: 0, maximum: 100 },
  models: listOf(VERSION_STATISTICS),
});

import { RUN_STATUSES } from '@switchyard/training';
import { COUNT, TEXT, TIME, listOf, mapOf, objectSchema } from '../http/object-schema.js';

/** What the OpenAPI document says of pipelines and their runs. */
const NUMBER = { type: 'number' };
const NULLABLE_TEXT = { type: 'string', nullable: true };

const PIPELINE = objectSchema({
  name: TEXT, model: TEXT, dataset: TEXT, trainer: TEXT, epochs: COUNT, batchSize: COUNT, learningRate: NUMBER, seed: COUNT, gate: objectSchema({ metric: TEXT, minimum: NUMBER }),
  schedule: NULLABLE_TEXT, notifications: listOf(objectSchema({ kind: { type: 'string', enum: ['log', 'webhook'] }, url: TEXT }, ['url'])),
});
export const PIPELINES_SCHEMA = objectSchema({ pipelines: listOf(PIPELINE) });

const EVALUATION = objectSchema({ rows: NUMBER, accuracy: NUMBER, precision: NUMBER, recall: NUMBER, f1: NUMBER, confusion: listOf(listOf(NUMBER)) });
const BEGUN_RUN = objectSchema({
  id: TEXT, pipeline: PIPELINE, trigger: { type: 'string', enum: ['schedule', 'request', 'first-start'] }, requestedBy: TEXT, status: { type: 'string', enum: [...RUN_STATUSES] }, step: TEXT,
  model: TEXT, version: { type: 'integer', minimum: 1, nullable: true }, startedAt: TIME, endedAt: { ...TIME, nullable: true }, reason: NULLABLE_TEXT,
  curve: listOf(mapOf({ type: 'number', nullable: true })), evaluation: { ...EVALUATION, nullable: true },
});
const QUEUED_RUN = objectSchema({ id: TEXT, status: { type: 'string', enum: ['queued'] }, reason: NULLABLE_TEXT });

/** A run that has begun has a record; of one that waits only this much is known. */
export const RUN_SCHEMA = { anyOf: [BEGUN_RUN, QUEUED_RUN] };

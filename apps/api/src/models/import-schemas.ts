import { ERROR_KINDS } from '@switchyard/errors';
import { IMPORT_STATUSES } from '@switchyard/model-import';
import { TEXT, TIME, listOf, objectSchema } from '../http/object-schema.js';

/** What the OpenAPI document says of an import. */
export const IMPORT_SCHEMA = objectSchema({
  id: TEXT, status: { type: 'string', enum: [...IMPORT_STATUSES] }, model: TEXT, version: { type: 'integer', minimum: 1, nullable: true },
  error: { ...objectSchema({ kind: { type: 'string', enum: [...ERROR_KINDS] }, message: TEXT }), nullable: true },
  steps: listOf(objectSchema({ step: TEXT, message: TEXT, duration_ms: { type: 'number', minimum: 0 } })),
  submitted_at: TIME, started_at: { ...TIME, nullable: true }, ended_at: { ...TIME, nullable: true },
});

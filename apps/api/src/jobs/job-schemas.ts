import { ERROR_KINDS } from '@switchyard/errors';
import { JOB_STATUSES } from '@switchyard/inference';
import { TEXT, TIME, objectSchema } from '../http/object-schema.js';
import { COLUMNS_SCHEMA, ROWS_SCHEMA } from '../predictions/prediction-schemas.js';

/** What the OpenAPI document says of a job. */
export const JOB_SCHEMA = objectSchema({
  id: TEXT, status: { type: 'string', enum: [...JOB_STATUSES] }, model: TEXT, version: { type: 'integer', minimum: 1 }, rows: { type: 'integer', minimum: 0 },
  progress: { type: 'number', minimum: 0, maximum: 1 }, submitted_at: TIME, started_at: { ...TIME, nullable: true }, ended_at: { ...TIME, nullable: true },
  error: { ...objectSchema({ kind: { type: 'string', enum: [...ERROR_KINDS] }, message: TEXT }), nullable: true },
  result: {
    type: 'object', nullable: true, properties: { ...ROWS_SCHEMA.properties, ...COLUMNS_SCHEMA.properties },
    description: 'Once it has succeeded: the predictions of rows, or the outputs of columns.',
  },
});

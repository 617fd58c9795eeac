import { TEXT } from '../http/object-schema.js';

/** What the OpenAPI document says of the answers that describe this server. */
const TENSORS = {
  type: 'array', minItems: 1,
  items: { type: 'object', required: ['name', 'dtype', 'shape'], properties: { name: TEXT, dtype: TEXT, shape: { type: 'array', items: { type: 'integer', minimum: -1 } } } },
};

export const ABOUT_SCHEMA = {
  type: 'object',
  required: ['name', 'service', 'status', 'version', 'docs', 'redoc', 'openapi', 'endpoints'],
  properties: {
    name: TEXT, service: TEXT, status: { type: 'string', enum: ['running'] }, version: TEXT, description: TEXT, docs: TEXT, redoc: TEXT, openapi: TEXT,
    endpoints: { type: 'object', additionalProperties: TEXT, description: 'What each route is for, as "POST /predict".' },
  },
};

export const MODEL_INFO_SCHEMA = {
  type: 'object',
  required: ['name', 'version', 'model_loaded', 'workers_serving', 'engines', 'formats', 'inputs', 'outputs', 'takes_images', 'num_classes', 'labels', 'created_at'],
  properties: {
    name: TEXT, version: TEXT, model_loaded: { type: 'boolean' }, workers_serving: { type: 'integer', minimum: 0 },
    engines: { type: 'array', items: TEXT }, formats: { type: 'array', items: TEXT }, inputs: TENSORS, outputs: TENSORS,
    takes_images: { type: 'boolean' }, preprocessing: { type: 'object', nullable: true }, num_classes: { type: 'integer', nullable: true },
    labels: { type: 'array', items: TEXT, nullable: true }, metrics: { type: 'object', additionalProperties: { type: 'number' } }, created_at: { type: 'string', format: 'date-time' },
  },
};

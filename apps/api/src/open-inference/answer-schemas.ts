import { COUNT, FLAG, TEXT, listOf, objectSchema } from '../http/object-schema.js';
import { DATATYPE } from './infer-schema.js';

/** What the OpenAPI document says of the answers of the Open Inference Protocol; the golden files of `@switchyard/protocol-open-inference` are such answers. */
const SIZES = listOf({ type: 'integer', minimum: -1 });

const OUTPUT = objectSchema({
  name: TEXT, datatype: DATATYPE, shape: listOf(COUNT),
  data: { ...listOf({ oneOf: [{ type: 'number' }, FLAG, TEXT] }), description: 'The elements, row by row; NaN and infinities stand bare, which strict JSON readers refuse.' },
});

/** Outputs as binary data make the whole answer binary: what is JSON has its data within. */
export const INFER_ANSWER = {
  description: 'Outputs as JSON, or as binary data behind it where that is asked for',
  content: {
    'application/json': { schema: objectSchema({ id: TEXT, model_name: TEXT, model_version: TEXT, outputs: listOf(OUTPUT) }, ['id']) },
    'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
  },
};

const TENSORS = listOf(objectSchema({ name: TEXT, datatype: DATATYPE, shape: SIZES }));

export const MODEL_NAMES_ANSWER = { description: 'The names', schema: objectSchema({ models: listOf(TEXT) }) };
export const MODEL_ANSWER = { description: 'Versions, inputs and outputs', schema: objectSchema({ name: TEXT, versions: listOf(TEXT), platform: TEXT, inputs: TENSORS, outputs: TENSORS }) };

const CONFIG_TENSOR = { name: TEXT, data_type: { type: 'string', pattern: '^TYPE_' }, dims: SIZES };

/** The fields of Triton's `ModelConfig` that have a meaning here. */
export const MODEL_CONFIG_ANSWER = {
  description: 'The configuration',
  schema: objectSchema({
    name: TEXT, platform: TEXT, backend: TEXT, version_policy: objectSchema({ specific: objectSchema({ versions: listOf({ type: 'integer', minimum: 1 }) }) }), max_batch_size: COUNT,
    input: listOf(objectSchema({ ...CONFIG_TENSOR, format: TEXT, allow_ragged_batch: FLAG, optional: FLAG })),
    output: listOf(objectSchema({ ...CONFIG_TENSOR, label_filename: TEXT })),
    dynamic_batching: objectSchema({ preferred_batch_size: listOf(COUNT), max_queue_delay_microseconds: COUNT, priority_levels: COUNT, default_priority_level: COUNT }),
    instance_group: listOf({ type: 'object' }), default_model_filename: TEXT, parameters: { type: 'object' },
  }),
};

export const SERVER_ANSWER = { description: 'Name, version and extensions', schema: objectSchema({ name: TEXT, version: TEXT, extensions: listOf(TEXT) }) };
export const LIVE_ANSWER = { description: 'It lives', schema: objectSchema({ live: { type: 'boolean', enum: [true] } }) };
export const LOGGING_ANSWER = {
  description: 'The settings', schema: objectSchema({ log_file: TEXT, log_info: FLAG, log_warning: FLAG, log_error: FLAG, log_verbose_level: COUNT, log_format: TEXT }),
};
export const TRACING_ANSWER = {
  description: 'The settings',
  schema: objectSchema({ trace_level: listOf(TEXT), trace_rate: TEXT, trace_count: TEXT, log_frequency: TEXT, trace_file: TEXT, trace_mode: TEXT }),
};

/** What an operation answers that never succeeds. */
export const NOT_OFFERED = { description: 'Not offered', schema: { $ref: '#/components/schemas/ErrorMessage' } };

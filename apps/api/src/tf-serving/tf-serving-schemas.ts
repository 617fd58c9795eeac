import { TEXT, listOf, mapOf, objectSchema } from '../http/object-schema.js';
import { COLUMNS_SCHEMA, ROWS_SCHEMA } from '../predictions/prediction-schemas.js';

/** What the OpenAPI document says of TF Serving's answers; the golden files of `@switchyard/protocol-tf-serving` are such answers. */

/** Protobuf writes 64-bit integers as texts in JSON. */
const INTEGER_TEXT = { type: 'string', pattern: '^-?\\d+$' };

const SCORE = { type: 'number', description: 'NaN and infinities stand bare, which strict JSON readers refuse.' };
const CLASSES = listOf({ type: 'array', minItems: 2, maxItems: 2, items: { oneOf: [TEXT, SCORE] }, description: 'A label and its score.' });
const RESULTS_SCHEMA = objectSchema({ results: listOf({ oneOf: [CLASSES, SCORE] }) });

/** Rows are answered with rows, columns with columns, examples with the classes or the value of each. */
export const CALL_ANSWER = { description: 'Predictions of rows, outputs of columns, results of examples', schema: { anyOf: [ROWS_SCHEMA, COLUMNS_SCHEMA, RESULTS_SCHEMA] } };

const STATE = { type: 'string', enum: ['UNKNOWN', 'START', 'LOADING', 'AVAILABLE', 'UNLOADING', 'END'] };
const VERSION_STATE = objectSchema({ version: INTEGER_TEXT, state: STATE, status: objectSchema({ error_code: TEXT, error_message: TEXT }) });

/** The state of each version asked for. */
export const STATUS_ANSWER = { description: 'The state of each version', schema: objectSchema({ model_version_status: { ...listOf(VERSION_STATE), minItems: 1 } }) };

const TENSOR_INFO = objectSchema({
  dtype: { type: 'string', pattern: '^DT_' },
  tensor_shape: objectSchema({ dim: listOf(objectSchema({ size: INTEGER_TEXT, name: TEXT })), unknown_rank: { type: 'boolean' } }),
  name: TEXT,
});
const SIGNATURE = objectSchema({
  inputs: mapOf(TENSOR_INFO), outputs: mapOf(TENSOR_INFO),
  method_name: { type: 'string', enum: ['tensorflow/serving/predict', 'tensorflow/serving/classify', 'tensorflow/serving/regress'] },
});

/** The signature under each name that a caller may give it. */
export const METADATA_ANSWER = {
  description: 'The signature of the version',
  schema: objectSchema({
    model_spec: objectSchema({ name: TEXT, signature_name: TEXT, version: INTEGER_TEXT }),
    metadata: objectSchema({ signature_def: objectSchema({ signature_def: mapOf(SIGNATURE) }) }),
  }),
};

/** A path that names no model is never answered with anything but TF Serving's sentence. */
export const NAMELESS_ANSWER = { description: 'Names no model', schema: { $ref: '#/components/schemas/ErrorMessage' } };

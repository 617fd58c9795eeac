import { MODEL_FORMATS } from '@switchyard/model-registry';
import { COUNT, FLAG, TEXT, listOf, mapOf, objectSchema } from '../http/object-schema.js';

/** What the OpenAPI document says of models and their versions. */
const NULLABLE_TEXT = { type: 'string', nullable: true };
const VERSION = { type: 'integer', minimum: 1 };
const ALIASES = mapOf(VERSION);
const FORMAT = { type: 'string', enum: [...MODEL_FORMATS] };

const MODEL = objectSchema({ name: TEXT, aliases: ALIASES, revision: COUNT, unloaded: { type: 'boolean', enum: [true] }, versions: listOf(VERSION) }, ['unloaded']);
export const MODELS_SCHEMA = objectSchema({ models: listOf(MODEL) });

const TENSORS = listOf(objectSchema({ name: TEXT, dtype: TEXT, shape: listOf({ type: 'integer', minimum: -1 }), openRank: FLAG, finite: FLAG }, ['openRank']));
const LINEAGE = objectSchema({ runId: NULLABLE_TEXT, datasetName: NULLABLE_TEXT, datasetDigest: NULLABLE_TEXT, uploads: VERSION, parentVersion: { ...VERSION, nullable: true } }, ['uploads']);
const COMPILATION = objectSchema({ format: FORMAT, compiled: FLAG, maxAbsDifference: { type: 'number', nullable: true }, parityRows: { type: 'integer' }, reason: TEXT });
const ENGINE_CHOICE = objectSchema({ engine: TEXT, reason: TEXT });
const PREPROCESSING = objectSchema({
  kind: { type: 'string', enum: ['image'] }, width: VERSION, height: VERSION, channels: VERSION, mean: listOf({ type: 'number' }), std: listOf({ type: 'number' }), scale: { type: 'number' },
});
const VERSION_VIEW = objectSchema({
  version: VERSION, created_at: { type: 'string', format: 'date-time' }, formats: listOf(FORMAT), metrics: mapOf({ type: 'number' }), lineage: LINEAGE,
  compilation: { ...COMPILATION, nullable: true }, signature: objectSchema({ inputs: TENSORS, outputs: TENSORS }), labels: { ...listOf(TEXT), nullable: true },
  preprocessing: { ...PREPROCESSING, nullable: true }, engine_choice: { ...ENGINE_CHOICE, nullable: true }, workers_serving: COUNT,
});
export const VERSIONS_SCHEMA = objectSchema({ model: TEXT, aliases: ALIASES, versions: listOf(VERSION_VIEW) });

/** The version that serves after the change, and all aliases. */
export const SERVES_SCHEMA = objectSchema({ model: TEXT, version: COUNT, aliases: ALIASES });

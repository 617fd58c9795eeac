export { batchingChangeSchema, type BatchingChange, type BatchingLimits } from './batching-limits.js';
export { aliasSchema, modelNameSchema, modelVersionSchema } from './model-name.js';
export { MAX_RANK, signatureSchema, tensorSpecSchema, type Signature, type TensorSpec } from './signature.js';
export {
  IMAGE_LAYOUTS, METHOD_NAMES, MODEL_FORMATS, RESIZE_FILTERS, artifactSchema, manifestSchema, preprocessingSchema, versionDraftSchema,
  type Artifact, type Compilation, type EngineChoiceRecord, type Manifest, type MethodName, type ModelFile, type ModelFormat, type Preprocessing, type VersionDraft,
  type VersionDraftInput,
} from './manifest.js';
export { EMPTY_CATALOG, catalogSchema, hasArrived, modelNames, servingStateSchema, type Catalog, type CatalogModel, type CatalogSource, type ServingState } from './catalog.js';
export { CHAMPION, PREVIOUS, findModel, resolveVersion, servedVersions, sourceAlias, type VersionChoice } from './resolve-version.js';
export {
  REGISTRY_QUEUE, promotionSchema, registryCommandSchema, registryResultSchema,
  type Promotion, type RegistryCommand, type RegistryResult,
} from './registry-command.js';
export { deleteUnder, stageFolder } from './stage-folder.js';
export { createModelRegistry, type ModelRegistry, type ModelRegistryOptions } from './model-registry.js';
export { imageInputOf } from './preprocessing/image-input-of.js';
export { IMAGE_DTYPES, imageRowShape, isImageDtype, type ImageDtype } from './preprocessing/image-row-shape.js';
export { NORMALIZATION_PRESETS, type Normalization, type NormalizationPreset } from './preprocessing/normalization-presets.js';
export { parsePreprocessing } from './preprocessing/parse-preprocessing.js';

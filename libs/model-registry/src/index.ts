export { aliasSchema, modelNameSchema, modelVersionSchema } from './model-name.js';
export { signatureSchema, tensorSpecSchema, type Signature, type TensorSpec } from './signature.js';
export {
  MODEL_FORMATS, artifactSchema, manifestSchema, versionDraftSchema,
  type Artifact, type Compilation, type Manifest, type ModelFile, type ModelFormat, type Preprocessing, type VersionDraft,
} from './manifest.js';
export { EMPTY_CATALOG, catalogSchema, hasArrived, servingStateSchema, type Catalog, type CatalogModel, type CatalogSource, type ServingState } from './catalog.js';
export { CHAMPION, PREVIOUS, findModel, resolveVersion, servedVersions, type VersionChoice } from './resolve-version.js';
export {
  REGISTRY_QUEUE, promotionSchema, registryCommandSchema, registryResultSchema,
  type Promotion, type RegistryCommand, type RegistryResult,
} from './registry-command.js';
export { createModelRegistry, type ModelRegistry, type ModelRegistryOptions } from './model-registry.js';

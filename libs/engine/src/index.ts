export { ENGINE_NAMES, type Engine, type EngineName, type LoadedModel, type ModelArtifact } from './engine.js';
export type { InspectedModel, InspectedSignature, ModelInspector } from './model-inspector.js';
export { selectEngine, type EngineChoice } from './select-engine.js';
export { warmUp, type CostTable, type WarmUpLimits } from './warm-up.js';
export { zeroInputs } from './zero-inputs.js';
export { defineEngine, type EngineDefinition, type NativeModel } from './define-engine.js';
export { assertSignature, type ModelDeclaration, type TensorDeclaration } from './assert-signature.js';
export { createInMemoryEngine, type InMemoryEngineOptions } from './in-memory-engine.js';
export { REFERENCE_MODELS, type ReferenceModel, type ReferenceModelName } from './reference-models.js';

export { ENGINE_NAMES, type Engine, type EngineName, type LoadedModel, type ModelArtifact } from './engine.js';
export { selectEngine, type EngineChoice } from './select-engine.js';

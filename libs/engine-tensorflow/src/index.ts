export { createTensorflowEngine } from './tensorflow-engine.js';
export { createSavedModelEngine } from './saved-model-engine.js';
export { createSavedModelInspector } from './saved-model-inspector.js';
export { loadTensorflow, type Tensorflow } from './load-tensorflow.js';

export { createTensorflowEngine } from './tensorflow-engine.js';
export { loadTensorflow, type Tensorflow } from './load-tensorflow.js';

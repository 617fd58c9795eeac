export { createOnnxEngine, type OnnxEngineOptions } from './onnx-engine.js';

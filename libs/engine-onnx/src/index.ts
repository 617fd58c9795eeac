export { createOnnxEngine, type OnnxEngineOptions } from './onnx-engine.js';
export { createOnnxInspector } from './onnx-inspector.js';

export { createOnnxCompiler } from './onnx-compiler.js';

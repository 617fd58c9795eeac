export { createTfjsInspector, type TfjsFormat } from './tfjs-inspector.js';
export { createWasmEngine } from './wasm-engine.js';

export { createWasmEngine } from './wasm-engine.js';

import type { Engine } from '@switchyard/engine';
import { isolateEngine } from '@switchyard/engine-isolation';

/** One engine for each form, in a process of its own: the memory of a native library is only given back by its process. */
export function openParityEngines(): readonly Engine[] {
  return [
    isolateEngine({ engine: { name: 'onnx', formats: ['onnx'] }, isolation: 'process', moduleUrl: import.meta.resolve('@switchyard/engine-onnx'), factoryName: 'createOnnxEngine' }),
    isolateEngine({ engine: { name: 'tensorflow', formats: ['tfjs-layers'] }, isolation: 'process', moduleUrl: import.meta.resolve('@switchyard/engine-tensorflow'), factoryName: 'createTensorflowEngine' }),
    isolateEngine({ engine: { name: 'wasm', formats: ['tfjs-layers'] }, isolation: 'process', moduleUrl: import.meta.resolve('@switchyard/engine-wasm'), factoryName: 'createWasmEngine' }),
  ];
}

import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import type { Engine } from '@switchyard/engine';
import { defineTfjsEngine } from '@switchyard/engine-tfjs';
import { folderIoHandler } from './folder-io-handler.js';
import { startWasmBackend } from './start-wasm-backend.js';

/** The engine for TensorFlow.js models on WebAssembly: for machines without a native library. Inference only. */
export function createWasmEngine(): Engine {
  return defineTfjsEngine({
    name: 'wasm',
    async start() {
      await startWasmBackend();
      return {
        tf,
        readLayersModel: (directory) => loadLayersModel(folderIoHandler(directory)),
        readGraphModel: (directory) => loadGraphModel(folderIoHandler(directory)),
      };
    },
  });
}

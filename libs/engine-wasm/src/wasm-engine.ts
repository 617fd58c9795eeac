import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { defineEngine, type Engine, type ModelArtifact } from '@switchyard/engine';
import { folderIoHandler } from './folder-io-handler.js';
import { nativeModel } from './native-model.js';
import { startWasmBackend } from './start-wasm-backend.js';
import { graphModel, layersModel, type TfjsModel } from './tfjs-model.js';

/**
 * The engine for TensorFlow.js models (`model.json` and weight shards) on WebAssembly: for machines without a native library. Inference only.
 * It runs on the calling thread and blocks it: a service hosts this engine off its event loop, and never in a thread that
 * also runs the tensorflow engine, since TensorFlow.js has one backend a thread.
 */
export function createWasmEngine(): Engine {
  return defineEngine({
    name: 'wasm',
    formats: ['tfjs-layers', 'tfjs-graph'],
    maxConcurrentRuns: 1,
    async read(artifact) {
      await startWasmBackend();
      return nativeModel(await readModel(artifact), artifact.signature);
    },
  });
}

async function readModel({ format, directory }: ModelArtifact): Promise<TfjsModel> {
  const files = folderIoHandler(directory);
  return format === 'tfjs-layers' ? layersModel(await loadLayersModel(files)) : graphModel(await loadGraphModel(files));
}

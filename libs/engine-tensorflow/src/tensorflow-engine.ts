import { join } from 'node:path';
import type { Engine } from '@switchyard/engine';
import { defineTfjsEngine } from '@switchyard/engine-tfjs';
import { loadTensorflow } from './load-tensorflow.js';

/**
 * The engine for TensorFlow.js models on the native TensorFlow library: the reference the others agree with.
 * The library is imported by the first `load`. It may abort: a service hosts this engine in a process of its own.
 * SavedModels have an engine of their own (saved-model-engine.ts).
 */
export function createTensorflowEngine(): Engine {
  return defineTfjsEngine({
    name: 'tensorflow',
    async start() {
      const tf = await loadTensorflow();
      return {
        tf,
        readLayersModel: (directory) => tf.loadLayersModel(modelAddress(directory)),
        readGraphModel: (directory) => tf.loadGraphModel(modelAddress(directory)),
      };
    },
  });
}

/** The library cuts `file://` off and takes the rest as a path: no URL encoding. */
function modelAddress(directory: string): string {
  return `file://${join(directory, 'model.json')}`;
}

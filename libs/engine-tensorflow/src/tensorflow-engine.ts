import { join } from 'node:path';
import { defineEngine, type Engine, type ModelArtifact } from '@switchyard/engine';
import { loadTensorflow, type Tensorflow } from './load-tensorflow.js';
import { nativeModel } from './native-model.js';
import { graphModel, layersModel, type TfjsModel } from './tfjs-model.js';

/**
 * The engine for TensorFlow.js models (`model.json` and weight shards) on the native TensorFlow library: the reference the others agree with.
 * The library is imported by the first `load`. It runs on the calling thread and blocks it, and it may abort:
 * a service hosts this engine in a process of its own. SavedModels are not among its formats yet.
 */
export function createTensorflowEngine(): Engine {
  return defineEngine({
    name: 'tensorflow',
    formats: ['tfjs-layers', 'tfjs-graph'],
    maxConcurrentRuns: 1,
    async read(artifact) {
      const tf = await loadTensorflow();
      return nativeModel(tf, await readModel(tf, artifact), artifact.signature);
    },
  });
}

async function readModel(tf: Tensorflow, { format, directory }: ModelArtifact): Promise<TfjsModel> {
  // The library cuts `file://` off and takes the rest as a path: no URL encoding.
  const address = `file://${join(directory, 'model.json')}`;
  return format === 'tfjs-layers' ? layersModel(await tf.loadLayersModel(address)) : graphModel(await tf.loadGraphModel(address));
}

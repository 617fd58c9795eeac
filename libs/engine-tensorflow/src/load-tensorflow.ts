import type * as tfjsNode from '@tensorflow/tfjs-node';
import { prepareTfjsNode } from '@switchyard/engine-tfjs';
import { ServingError } from '@switchyard/errors';

export type Tensorflow = typeof tfjsNode;

/**
 * Imports tfjs-node, whose native library may not have been set up on this machine.
 * @throws ServingError `engine-unavailable` saying what to do.
 */
export async function loadTensorflow(importModule: () => Promise<Tensorflow> = () => import('@tensorflow/tfjs-node')): Promise<Tensorflow> {
  prepareTfjsNode();
  try {
    const tensorflow = await importModule();
    // Without this, every operation checks its results for NaN and the library greets on stderr.
    tensorflow.enableProdMode();
    return tensorflow;
  } catch (cause) {
    throw new ServingError(
      'engine-unavailable',
      'The tensorflow engine cannot start: its native library is not set up on this machine. Run `npm run setup`, or serve with the onnx or wasm engine.',
      { cause },
    );
  }
}

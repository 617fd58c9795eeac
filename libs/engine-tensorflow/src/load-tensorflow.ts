import { createRequire } from 'node:module';
import type * as tfjsNode from '@tensorflow/tfjs-node';
import { ServingError } from '@switchyard/errors';
import { quietNativeLog } from './tensorflow.config.js';

export type Tensorflow = typeof tfjsNode;

/**
 * Imports tfjs-node, whose native library may not have been set up on this machine.
 * @throws ServingError `engine-unavailable` saying what to do.
 */
export async function loadTensorflow(importModule: () => Promise<Tensorflow> = () => import('@tensorflow/tfjs-node')): Promise<Tensorflow> {
  restoreRemovedUtil();
  quietNativeLog();
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

/** tfjs-node 4.22 calls two functions of `node:util` that Node 23 removed. */
function restoreRemovedUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown): boolean => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

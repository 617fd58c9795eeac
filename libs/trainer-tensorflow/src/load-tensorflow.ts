import { createRequire } from 'node:module';
import type * as tfjs from '@tensorflow/tfjs';
import { prepareTfjsNode } from '@switchyard/engine-tfjs';

/** What both builds of TensorFlow.js offer; the native one adds only what is not used here. */
export type TensorFlow = typeof tfjs;

export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  readonly native: boolean;
  /** Why the native library is not used; null when it is. */
  readonly problem: string | null;
}

/** TensorFlow.js on the native library where it loads, else on the plain JavaScript backend, which trains too, but far slower. */
export async function loadTensorFlow(): Promise<LoadedTensorFlow> {
  const require = createRequire(import.meta.url);
  prepareTfjsNode();
  try {
    const tf = require('@tensorflow/tfjs-node') as TensorFlow;
    await tf.ready();
    return { tf, native: true, problem: null };
  } catch (error) {
    const tf = require('@tensorflow/tfjs') as TensorFlow;
    await tf.setBackend('cpu');
    return { tf, native: false, problem: error instanceof Error ? error.message : String(error) };
  }
}

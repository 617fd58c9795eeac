import type { LayersModel } from '@tensorflow/tfjs';
import type { Preprocessing } from '@switchyard/model-registry';
import type { TensorFlow } from '../load-tensorflow.js';

/** A network by name: how it is built, and what the manifest says about it besides the signature (which the model itself tells). */
export interface Network {
  /** Layers without weights fitted yet, initialised from `seed`. */
  build(tf: TensorFlow, seed: number): LayersModel;
  /** As tfjs names them; the labels are one class index per row in both cases. */
  readonly loss: 'sparseCategoricalCrossentropy' | 'binaryCrossentropy';
  readonly preprocessing: Preprocessing | null;
  readonly labels: readonly string[] | null;
}

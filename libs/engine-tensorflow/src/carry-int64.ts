import type { Tensor as TfjsTensor } from '@tensorflow/tfjs-node';
import type { Tensorflow } from './load-tensorflow.js';

/** The parts of tfjs-node's backend that are used here; none of them is in its types. */
interface NodeBackend {
  readonly binding: {
    readonly TF_INT64: number;
    createTensor(shape: readonly number[], dtype: number, halves: Int32Array): number;
    deleteTensor(id: number): void;
  };
  getMappedInputTensorIds(inputs: TfjsTensor[], infos: object[]): { tensorIds: number[]; newTensors: number[] };
}

/** The 64-bit integers behind the tensors that stand for them. */
const standsFor = new WeakMap<TfjsTensor, BigInt64Array>();
const corrected = new WeakSet<object>();

/** A tensor that a SavedModel's input of 64-bit integers can be given; `carryInt64` must have been called. */
export function int64Tensor(tf: Tensorflow, values: BigInt64Array, shape: number[]): TfjsTensor {
  const standIn = tf.tensor(new Int32Array(values.length), shape, 'int32');
  standsFor.set(standIn, values);
  return standIn;
}

/**
 * Makes SavedModels take 64-bit integers as they are. tfjs-node 4.22 takes int32 for them and fills only the low half, so that −1 arrives
 * as 4294967295 (`encodeInt32ArrayAsInt64` in its int64_tensors.ts); its binding takes both halves. Idempotent.
 */
export function carryInt64(tf: Tensorflow): void {
  const backend = tf.backend() as unknown as NodeBackend;
  if (corrected.has(backend)) return;
  corrected.add(backend);
  const mapped = backend.getMappedInputTensorIds.bind(backend);
  backend.getMappedInputTensorIds = (inputs, infos) => {
    const { tensorIds, newTensors } = mapped(inputs, infos);
    for (const index of newTensors) {
      const values = standsFor.get(inputs[index] as TfjsTensor);
      if (values === undefined) continue;
      backend.binding.deleteTensor(tensorIds[index] as number);
      tensorIds[index] = backend.binding.createTensor(inputs[index]?.shape ?? [], backend.binding.TF_INT64, halvesOf(values));
    }
    return { tensorIds, newTensors };
  };
}

/** A copy: the library keeps the memory until its own tensor goes. */
function halvesOf(values: BigInt64Array): Int32Array {
  return new Int32Array(values.slice().buffer);
}

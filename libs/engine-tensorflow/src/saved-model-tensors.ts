import type { Tensor as TfjsTensor } from '@tensorflow/tfjs-node';
import { numericData, type Dtype, type Tensor } from '@switchyard/tensor';
import { int64Tensor } from './carry-int64.js';
import type { Tensorflow } from './load-tensorflow.js';

/** `DataType` of types.proto by number: what tfjs-node's SavedModels can be given … */
export const INPUT_DTYPES: Readonly<Record<number, Dtype>> = { 1: 'float32', 3: 'int32', 4: 'uint8', 7: 'string', 9: 'int64', 10: 'bool' };

/** … and what can be read of their answers. */
export const OUTPUT_DTYPES: Readonly<Record<number, Dtype>> = { 1: 'float32', 3: 'int32', 7: 'string', 9: 'int64', 10: 'bool' };

/** The library's tensor: bytes travel as int32, and it turns them back into what the signature says. */
export function toSavedModelTensor(tf: Tensorflow, of: Tensor): TfjsTensor {
  const shape = [...of.shape];
  if (of.dtype === 'string') return tf.tensor(of.data as Uint8Array[], shape, 'string');
  if (of.dtype === 'uint8') return tf.tensor(Int32Array.from(numericData(of) as Uint8Array), shape, 'int32');
  if (of.dtype === 'int64') return int64Tensor(tf, numericData(of) as BigInt64Array, shape);
  return tf.tensor(numericData(of) as Float32Array, shape, of.dtype as 'float32');
}

/** The answer, in memory of its own. The library labels 64-bit integers int32 and hands them out as they are. */
export async function fromSavedModelTensor(answer: TfjsTensor): Promise<Tensor> {
  const shape = answer.shape;
  if (answer.dtype === 'string') return { dtype: 'string', shape, data: (await answer.bytes()) as Uint8Array[] };
  const data = answer.dataSync() as Float32Array | Int32Array | Uint8Array | BigInt64Array;
  return { dtype: data instanceof BigInt64Array ? 'int64' : (answer.dtype as Dtype), shape, data: data.slice() };
}

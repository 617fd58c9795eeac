import type { Tensor as TfjsTensor } from '@tensorflow/tfjs-core';
import { ServingError } from '@switchyard/errors';
import { numericData, type Dtype, type Tensor } from '@switchyard/tensor';
import type { Tfjs } from './tfjs-runtime.js';

/** Element types both sides have; the library widens every other one. */
const TFJS_DTYPES = ['float32', 'int32', 'bool', 'string'] as const;
type TfjsDtype = (typeof TFJS_DTYPES)[number];

/** The library's name of an element type as ours. @throws ServingError `model-invalid` for one that tensors do not have (complex numbers). */
export function dtypeOf(name: string, dtype: string): Dtype {
  const found = TFJS_DTYPES.find((candidate) => candidate === dtype);
  if (found === undefined)
    throw new ServingError('model-invalid', `"${name}" is ${dtype} in the model; this engine carries ${TFJS_DTYPES.join(', ')}.`);
  return found;
}

/** The library's tensor over the same memory, until it uploads it. */
export function toTfjs(tf: Tfjs, of: Tensor): TfjsTensor {
  const shape = [...of.shape];
  if (of.dtype === 'string') return tf.tensor(of.data as Uint8Array[], shape, 'string');
  return tf.tensor(numericData(of) as Float32Array, shape, of.dtype as TfjsDtype);
}

/** The answer, in memory of its own: a model that passes an input through would answer with that input's memory. */
export async function fromTfjs(name: string, answer: TfjsTensor | undefined, inputs: readonly Tensor[]): Promise<Tensor> {
  if (answer === undefined) throw new ServingError('engine-failed', `The model gave no answer for "${name}".`);
  const dtype = dtypeOf(name, answer.dtype);
  if (dtype === 'string') return { dtype, shape: answer.shape, data: (await answer.bytes()) as Uint8Array[] };
  const data = answer.dataSync<'float32'>();
  const passedThrough = inputs.some((input) => input.dtype !== 'string' && numericData(input).buffer === data.buffer);
  return { dtype, shape: answer.shape, data: passedThrough ? data.slice() : data };
}

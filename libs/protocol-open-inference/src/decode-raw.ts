import { ServingError } from '@switchyard/errors';
import { imageInputOf, type TensorSpec } from '@switchyard/model-registry';
import type { ModelContract } from '@switchyard/open-inference';
import { bytesPerElement, tensor, type Dtype, type NumericDtype, type Tensor } from '@switchyard/tensor';
import { binaryAsData } from './binary-data.js';

/**
 * The body of a raw request: one row of the model's only input and nothing else
 * (https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md#raw-binary-request).
 * A model of images takes a picture's file as well as its pixels.
 * @throws ServingError `invalid-input` with Triton's words when the shape cannot be told from the number of bytes.
 */
export function decodeRaw(body: Uint8Array, model: ModelContract): { readonly name: string; readonly input: Tensor } {
  const [spec, ...others] = model.signature.inputs;
  if (spec === undefined || others.length > 0) {
    throw new ServingError('invalid-input', `Raw request must only have 1 input (found 1) to be deduced but got ${model.signature.inputs.length} inputs in '${model.name}' model configuration`);
  }
  return { name: spec.name, input: imageInputOf(model) !== null && !fills(spec, body) ? oneString(body, [1]) : rawTensor(body, spec, model.name) };
}

function rawTensor(body: Uint8Array, spec: TensorSpec, model: string): Tensor {
  const { name, dtype } = spec;
  if (dtype === 'string') return oneString(body, oneElementShape(spec));
  const shape = rowShape(body, spec, dtype);
  return tensor(dtype, shape, binaryAsData(body, { name, dtype, shape }, model));
}

/** One row, the one open size as the bytes allow. */
function rowShape(body: Uint8Array, { name, shape, openRank }: TensorSpec, dtype: NumericDtype): number[] {
  const sizes = shape.slice(1);
  if (openRank === true || sizes.filter((size) => size === -1).length > 1) {
    throw new ServingError('invalid-input', `The shape of the raw input '${name}' can not be deduced because there are more than one variable-sized dimension`);
  }
  const fixed = sizes.reduce((product, size) => (size === -1 ? product : product * size), bytesPerElement(dtype));
  return [1, ...sizes.map((size) => (size === -1 ? Math.floor(body.byteLength / Math.max(1, fixed)) : size))];
}

function oneElementShape({ name, shape }: TensorSpec): number[] {
  if (shape.slice(1).every((size) => size === 1)) return shape.map(() => 1);
  throw new ServingError('invalid-input', `For BYTE datatype raw input '${name}', the model must have input shape [1]`);
}

function oneString(body: Uint8Array, shape: readonly number[]): Tensor {
  return tensor('string', shape, [body]);
}

function fills({ dtype, shape }: TensorSpec, body: Uint8Array): boolean {
  return body.byteLength === shape.slice(1).reduce((product, size) => product * size, elementBytes(dtype));
}

function elementBytes(dtype: Dtype): number {
  return dtype === 'string' ? NaN : bytesPerElement(dtype);
}

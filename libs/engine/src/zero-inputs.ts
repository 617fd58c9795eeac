import { allocate, elementCount, type Tensor, type TensorMap } from '@switchyard/tensor';
import type { Signature, TensorSpec } from '@switchyard/model-registry';

/** Inputs of `rows` rows that fit the signature: all zeros (strings empty), open dimensions of size 1, open ranks one number a row. */
export function zeroInputs(signature: Signature, rows: number): TensorMap {
  return new Map(signature.inputs.map((spec) => [spec.name, zeros(spec, rows)]));
}

function zeros(spec: TensorSpec, rows: number): Tensor {
  const shape = [rows, ...spec.shape.slice(1).map((size) => (size === -1 ? 1 : size))];
  const length = elementCount(shape);
  const data = spec.dtype === 'string' ? Array.from({ length }, () => new Uint8Array(0)) : allocate(spec.dtype, length);
  return { dtype: spec.dtype, shape, data };
}

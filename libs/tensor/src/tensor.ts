import { ServingError } from '@switchyard/errors';
import type { Dtype, NumericArray, TensorData } from './dtype.js';

/** Dimensions, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Elements in row-major order. Whoever receives a tensor may read it, never write it: rows are shared as views. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly data: TensorData;
}

/** Tensors by name, in the order of the signature. A Map, so that no name (`__proto__`) is special. */
export type TensorMap = ReadonlyMap<string, Tensor>;

export function elementCount(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** @throws ServingError `internal` when the data does not fill the shape: codecs must have checked. */
export function tensor(dtype: Dtype, shape: Shape, data: TensorData): Tensor {
  if (data.length !== elementCount(shape)) {
    throw new ServingError('internal', `A tensor of shape ${formatShape(shape)} needs ${elementCount(shape)} elements; it was given ${data.length}.`);
  }
  return { dtype, shape, data };
}

/** The data of a tensor known to hold numbers. @throws ServingError `internal` for a string tensor. */
export function numericData(of: Tensor): NumericArray {
  if (of.dtype === 'string') throw new ServingError('internal', 'A string tensor has no numeric data.');
  return of.data as NumericArray;
}

/** Bytes of all elements. */
export function byteCount(tensors: TensorMap): number {
  let bytes = 0;
  for (const { data } of tensors.values()) bytes += ArrayBuffer.isView(data) ? data.byteLength : (data as readonly Uint8Array[]).reduce((sum, element) => sum + element.byteLength, 0);
  return bytes;
}

/** `[2,28,28,1]`, as messages show it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(',')}]`;
}

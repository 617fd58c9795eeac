import { ServingError } from '@switchyard/errors';
import { allocate, type NumericArray, type NumericDtype } from './dtype.js';
import { elementCount, formatShape, numericData, type Tensor, type TensorMap } from './tensor.js';

/** A row is one example: an index of dimension 0. */
export function rowCount(tensors: TensorMap): number {
  const first = tensors.values().next().value;
  return first?.shape[0] ?? 0;
}

/** Rows `[from, to)` of one tensor, as a view: no element is copied. */
export function sliceRows(of: Tensor, from: number, to: number): Tensor {
  const shape = [...of.shape];
  shape[0] = 1;
  const perRow = elementCount(shape);
  shape[0] = to - from;
  const data = of.dtype === 'string' ? of.data.slice(from * perRow, to * perRow) : numericData(of).subarray(from * perRow, to * perRow);
  return { dtype: of.dtype, shape, data };
}

/** Rows `[from, to)` of every tensor, as views. */
export function sliceRowsOfAll(tensors: TensorMap, from: number, to: number): TensorMap {
  return new Map([...tensors].map(([name, of]) => [name, sliceRows(of, from, to)]));
}

/**
 * Joins tensors along dimension 0 in one allocation of `capacityRows` rows (by default just enough); surplus rows are zero.
 * One tensor that already fills the capacity is returned as it is.
 * @throws ServingError `internal` when dtype or row shape differ: only like may be joined.
 */
export function concatRows(parts: readonly Tensor[], capacityRows?: number): Tensor {
  const first = parts[0];
  if (first === undefined) throw new ServingError('internal', 'No tensors to join.');
  const rows = parts.reduce((sum, part) => sum + (part.shape[0] ?? 0), 0);
  const capacity = capacityRows ?? rows;
  if (parts.length === 1 && capacity === rows) return first;
  parts.forEach((part) => assertJoinable(first, part));
  const shape = [capacity, ...first.shape.slice(1)];
  return { dtype: first.dtype, shape, data: joinData(first, parts, elementCount(shape)) };
}

/** Joins maps of equal names along dimension 0. */
export function concatRowsOfAll(parts: readonly TensorMap[], capacityRows?: number): TensorMap {
  const first = parts[0];
  if (first === undefined) throw new ServingError('internal', 'No tensors to join.');
  return new Map([...first.keys()].map((name) => [name, concatRows(parts.map((part) => tensorNamed(part, name)), capacityRows)]));
}

function joinData(first: Tensor, parts: readonly Tensor[], length: number): Tensor['data'] {
  if (first.dtype === 'string') {
    const joined = parts.flatMap((part) => part.data as readonly Uint8Array[]);
    return Array.from({ length }, (_, index) => joined[index] ?? new Uint8Array(0));
  }
  const joined = allocate(first.dtype as NumericDtype, length);
  let offset = 0;
  for (const part of parts) {
    const data = numericData(part);
    // Same dtype on both sides (checked), so `set` is a plain memory copy; the union type cannot express it.
    (joined as Float32Array).set(data as NumericArray as Float32Array, offset);
    offset += data.length;
  }
  return joined;
}

function tensorNamed(tensors: TensorMap, name: string): Tensor {
  const found = tensors.get(name);
  if (found === undefined) throw new ServingError('internal', `The tensors to join lack "${name}".`);
  return found;
}

function assertJoinable(first: Tensor, part: Tensor): void {
  const same = first.dtype === part.dtype && first.shape.length === part.shape.length && first.shape.every((size, axis) => axis === 0 || size === part.shape[axis]);
  if (!same) {
    throw new ServingError('internal', `Cannot join ${first.dtype}${formatShape(first.shape)} with ${part.dtype}${formatShape(part.shape)}.`);
  }
}

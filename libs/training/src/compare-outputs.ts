import { ServingError } from '@switchyard/errors';
import type { Signature } from '@switchyard/model-registry';
import { formatShape, numericData, type TensorMap } from '@switchyard/tensor';
import type { Parity } from './run-ports.js';

/**
 * How far two forms' outputs are apart, over every output of the signature. A NaN on one side makes the difference NaN, which agrees with nothing.
 * @throws ServingError `model-invalid` when an output is missing or has another shape.
 */
export function compareOutputs(signature: Signature, expected: TensorMap, actual: TensorMap): Omit<Parity, 'rows'> {
  let maxAbsDifference = 0;
  let sameArgmax = true;
  for (const { name } of signature.outputs) {
    const [left, right] = [expected.get(name), actual.get(name)];
    if (left === undefined || right === undefined) throw new ServingError('model-invalid', `One form of the model has no output "${name}".`);
    if (formatShape(left.shape) !== formatShape(right.shape)) {
      throw new ServingError('model-invalid', `The output "${name}" has shape ${formatShape(left.shape)} in one form of the model and ${formatShape(right.shape)} in the other.`);
    }
    const [leftData, rightData] = [numericData(left) as Float32Array, numericData(right) as Float32Array];
    maxAbsDifference = Math.max(maxAbsDifference, maxDifference(leftData, rightData));
    sameArgmax &&= sameLargest(leftData, rightData, left.shape[0] ?? 0);
  }
  return { maxAbsDifference, sameArgmax };
}

function maxDifference(left: Float32Array, right: Float32Array): number {
  let largest = 0;
  // Math.max gives NaN for a NaN on either side.
  for (let index = 0; index < left.length; index++) largest = Math.max(largest, Math.abs((left[index] as number) - (right[index] as number)));
  return largest;
}

function sameLargest(left: Float32Array, right: Float32Array, rows: number): boolean {
  const width = left.length / rows;
  for (let from = 0; from < left.length; from += width) {
    if (argmax(left.subarray(from, from + width)) !== argmax(right.subarray(from, from + width))) return false;
  }
  return true;
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index++) if ((values[index] as number) > (values[best] as number)) best = index;
  return best;
}

import { elementCount } from '@switchyard/tensor';
import type { Tensor } from '@tensorflow/tfjs';
import type { LabelledRows } from '@switchyard/training';
import type { TensorFlow } from './load-tensorflow.js';

/** Rows as tensors of the native library, which the caller disposes. */
export interface RowBatch {
  readonly inputs: Tensor;
  /** `[rows, 1]` float32: both losses of tfjs take class indices in this form. */
  readonly labels: Tensor;
}

/** Copies the rows that `indices` names, in that order: a batch at a time, so that the whole set lies in memory once. */
export function gatherBatch(tf: TensorFlow, rows: LabelledRows, indices: Int32Array): RowBatch {
  const rowShape = rows.inputs.shape.slice(1);
  const perRow = elementCount(rowShape);
  const source = rows.inputs.data as Float32Array;
  const sourceLabels = rows.labels.data as Int32Array;
  const inputs = new Float32Array(indices.length * perRow);
  const labels = new Float32Array(indices.length);
  indices.forEach((row, position) => {
    inputs.set(source.subarray(row * perRow, (row + 1) * perRow), position * perRow);
    labels[position] = sourceLabels[row] as number;
  });
  return { inputs: tf.tensor(inputs, [indices.length, ...rowShape], 'float32'), labels: tf.tensor2d(labels, [indices.length, 1]) };
}

export function disposeBatch({ inputs, labels }: RowBatch): void {
  inputs.dispose();
  labels.dispose();
}

import type { LayersModel, Tensor } from '@tensorflow/tfjs';
import type { LabelledRows } from '@switchyard/training';
import type { TensorFlow } from './load-tensorflow.js';
import { disposeBatch, gatherBatch } from './row-batch.js';

const BATCH_ROWS = 500;

/** The class the model gives each row: the largest of its outputs, or, for a single output, whether it is at least 0.5. */
export async function predictClasses(tf: TensorFlow, model: LayersModel, rows: LabelledRows): Promise<Int32Array> {
  const count = rows.inputs.shape[0] ?? 0;
  const classes = new Int32Array(count);
  for (let from = 0; from < count; from += BATCH_ROWS) {
    const indices = Int32Array.from({ length: Math.min(BATCH_ROWS, count - from) }, (_, row) => from + row);
    const batch = gatherBatch(tf, rows, indices);
    const outputs = model.predictOnBatch(batch.inputs) as Tensor;
    const values = await outputs.data();
    const width = values.length / indices.length;
    indices.forEach((row, position) => {
      classes[row] = classOf(values.subarray(position * width, (position + 1) * width));
    });
    disposeBatch(batch);
    outputs.dispose();
  }
  return classes;
}

function classOf(outputs: ArrayLike<number>): number {
  if (outputs.length === 1) return Number((outputs[0] as number) >= 0.5);
  let best = 0;
  for (let index = 1; index < outputs.length; index++) if ((outputs[index] as number) > (outputs[best] as number)) best = index;
  return best;
}

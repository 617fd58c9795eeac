import { createHash } from 'node:crypto';
import { tensor, viewBytes } from '@switchyard/tensor';
import { seededRandom, type Dataset, type DatasetSource, type LabelledRows } from '@switchyard/training';

const TRAINING_ROWS = 4_000;
const HELD_OUT_ROWS = 1_000;
/** Points lie in the square [-RANGE, RANGE]²: any pair of small numbers a user may try. */
const RANGE = 4;
/** No point lies so near the line between the classes that its class would be a matter of rounding. */
const MARGIN = 0.1;
/** This share of points has the wrong label, as real labels do: a perfect score is neither possible nor expected. */
const MISLABELLED = 0.01;

/**
 * Points `(x1, x2)` of class 1 where `x1 + x2 > 0` and 0 elsewhere: what the model `simple_classifier` learns.
 * Inputs are float32 `[rows, 2]`. The same seed gives the same points, and so the same digest.
 */
export function twoFeaturePointsSource(seed = 20_240): DatasetSource {
  return { name: 'two-feature-points', read: () => Promise.resolve(drawDataset(seed)) };
}

function drawDataset(seed: number): Dataset {
  const random = seededRandom(seed);
  const training = drawRows(TRAINING_ROWS, random);
  const heldOut = drawRows(HELD_OUT_ROWS, random);
  const digest = createHash('sha256');
  for (const { inputs, labels } of [training, heldOut]) digest.update(viewBytes(inputs.data as Float32Array)).update(viewBytes(labels.data as Int32Array));
  return { name: 'two-feature-points', digest: digest.digest('hex'), classes: 2, training, heldOut };
}

function drawRows(rows: number, random: () => number): LabelledRows {
  const inputs = new Float32Array(rows * 2);
  const labels = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const [x1, x2] = drawPoint(random);
    inputs.set([x1, x2], row * 2);
    const isPositive = x1 + x2 > 0;
    labels[row] = random() < MISLABELLED ? Number(!isPositive) : Number(isPositive);
  }
  return { inputs: tensor('float32', [rows, 2], inputs), labels: tensor('int32', [rows], labels) };
}

function drawPoint(random: () => number): [number, number] {
  for (;;) {
    const x1 = (random() * 2 - 1) * RANGE;
    const x2 = (random() * 2 - 1) * RANGE;
    if (Math.abs(x1 + x2) >= MARGIN) return [x1, x2];
  }
}

import { ServingError } from '@switchyard/errors';
import { formatShape, numericData, type TensorMap } from '@switchyard/tensor';

const INTEGER = /^(0|-?[1-9]\d{0,14})$/;
/** Six digits suffice for most float32 values, nine for all. */
const DIGITS = [6, 7, 8, 9] as const;

/**
 * Encodes the answer for one image, `{"prediction": 7, "confidence": 0.98, "probabilities": […]}`: the most probable class, its probability,
 * and all probabilities in the order of the classes. The prediction is the label, as a number where the label is a whole number;
 * without labels it is the index of the class.
 * @throws ServingError `model-invalid` when the first output is no row of two or more probabilities, `engine-failed` when it holds NaN.
 */
export function encodeClassification(outputs: TensorMap, labels: readonly string[] | null): Buffer {
  const probabilities = classProbabilities(outputs);
  const best = indexOfLargest(probabilities);
  return Buffer.from(JSON.stringify({ prediction: prediction(best, labels), confidence: probabilities[best], probabilities }));
}

function classProbabilities(outputs: TensorMap): number[] {
  const [output] = outputs.values();
  if (output === undefined || (output.dtype !== 'float32' && output.dtype !== 'float64') || output.shape.length !== 2 || output.shape[0] !== 1 || output.shape[1]! < 2) {
    const given = output === undefined ? 'nothing' : `${output.dtype}${formatShape(output.shape)}`;
    throw new ServingError('model-invalid', `The model answers ${given}; a classifier answers one row of probabilities, as float32[1,10].`);
  }
  const values = Array.from(numericData(output) as Float32Array | Float64Array);
  if (!values.every(Number.isFinite)) throw new ServingError('engine-failed', 'The model answered with a probability that is no finite number.');
  return output.dtype === 'float32' ? values.map(shortest) : values;
}

/** The first of the largest. Not `Math.max(...)`: a hundred thousand classes would overflow the stack. */
function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > values[best]! ? index : best), 0);
}

function prediction(index: number, labels: readonly string[] | null): string | number {
  const label = labels?.[index];
  if (label === undefined) return index;
  return INTEGER.test(label) ? Number(label) : label;
}

/** The double with the fewest digits that is the same float32: 0.1 rather than 0.10000000149011612. */
function shortest(float32: number): number {
  for (const digits of DIGITS) {
    const rounded = Number(float32.toPrecision(digits));
    if (Math.fround(rounded) === float32) return rounded;
  }
  return float32;
}

import { ServingError } from '@switchyard/errors';
import { formatShape, numericData, type Tensor, type TensorMap } from '@switchyard/tensor';

/** A softmax of float32 sums to 1 within 1e-6, of float16 or of eight-bit steps within a hundredth. */
const SUM_TOLERANCE = 0.01;
const LOGITS = /logit/i;

/** One probability per class, in the order of the classes; they sum to 1. */
export type ClassProbabilities = Float32Array | Float64Array;

/**
 * The first output as one row of probabilities. A model that ends before its softmax answers logits: an output whose name says so, or a row that
 * leaves [0, 1] or does not sum to 1, is put through a softmax here (docs/decisions/0020-five-clients-one-response.md says why it is told from the values).
 * @throws ServingError `model-invalid` when the first output is no row of two or more numbers, `engine-failed` when it holds NaN or an infinity.
 */
export function classProbabilities(outputs: TensorMap): ClassProbabilities {
  const [first] = outputs;
  const row = first?.[1];
  if (first === undefined || row === undefined || !isRowOfScores(row)) {
    const given = row === undefined ? 'nothing' : `${row.dtype}${formatShape(row.shape)}`;
    throw new ServingError('model-invalid', `The model answers ${given}; a classifier answers one row of probabilities, as float32[1,10].`);
  }
  const scores = numericData(row) as ClassProbabilities;
  if (!scores.every(Number.isFinite)) throw new ServingError('engine-failed', 'The model answered with a probability that is no finite number.');
  return LOGITS.test(first[0]) || !areProbabilities(scores) ? softmax(scores) : scores;
}

function isRowOfScores({ dtype, shape }: Tensor): boolean {
  return (dtype === 'float32' || dtype === 'float64') && shape.length === 2 && shape[0] === 1 && shape[1]! >= 2;
}

function areProbabilities(scores: ClassProbabilities): boolean {
  let sum = 0;
  for (const score of scores) {
    if (score < 0 || score > 1) return false;
    sum += score;
  }
  return Math.abs(sum - 1) <= SUM_TOLERANCE;
}

/** Less the largest first, so that no exponential overflows; summed in double precision. */
function softmax(logits: ClassProbabilities): ClassProbabilities {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  const exponentials = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = exponentials.reduce((a, b) => a + b);
  const probabilities = exponentials.map((value) => value / sum);
  return logits instanceof Float32Array ? Float32Array.from(probabilities) : probabilities;
}

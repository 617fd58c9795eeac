import { ServingError } from '@switchyard/errors';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { formatShape, numericData, type Tensor, type TensorMap } from '@switchyard/tensor';

/** TensorFlow's names for the outputs of a classifier (cc/saved_model/signature_constants.h). */
const SCORES = 'scores';
const CLASSES = 'classes';

/** One class of one row. The label is empty where the model has none, the score zero where it gives none, as TensorFlow Serving has it. */
export interface ClassScore {
  readonly label: string;
  readonly score: number;
}

/** What of a version says how its outputs are classes. */
export interface Classifier {
  readonly signature: Signature;
  readonly labels: readonly string[] | null;
}

/**
 * Checks, before anything runs, that the outputs can be told as classes: `scores` (floats) or `classes` (strings) of shape [rows, classes],
 * or one output of floats. @throws ServingError `invalid-input` with TensorFlow Serving's words (servables/tensorflow/classifier.cc).
 */
export function assertClassifies({ outputs }: Signature): void {
  const scores = scoresSpec(outputs);
  const classes = outputs.find(({ name }) => name === CLASSES);
  if (scores === undefined && classes === undefined) {
    throw new ServingError('invalid-input', `Expected classification signature outputs to contain at least one of "${CLASSES}" or "${SCORES}". Signature was: ${outputs.map(({ name }) => name).join(', ')}`);
  }
  if (classes !== undefined && classes.dtype !== 'string') throw new ServingError('invalid-input', `Expected classes Tensor of DT_STRING. Got: ${classes.dtype}`);
  if (scores !== undefined && !isFloat(scores)) throw new ServingError('invalid-input', `Expected scores Tensor of DT_FLOAT. Got: ${scores.dtype}`);
  for (const spec of [scores, classes]) {
    const given = spec !== undefined && (spec.shape.length === 2 || (spec.shape.length === 1 && spec === scores && spec.name !== SCORES));
    if (spec !== undefined && !given) throw new ServingError('invalid-input', `Expected Tensor shape: [batch_size num_classes] but got ${formatShape(spec.shape)}`);
  }
}

/**
 * The classes of every row. Labels are those the model gives (`classes`), else the version's own by position. A model that gives one
 * probability and has two labels tells both: it is the probability of the second.
 * @throws ServingError `engine-failed` when `scores` and `classes` disagree about the number of classes.
 */
export function toClassifications(outputs: TensorMap, { signature, labels }: Classifier): ClassScore[][] {
  const spec = scoresSpec(signature.outputs);
  const scores = spec === undefined ? undefined : outputs.get(spec.name);
  const classes = outputs.get(CLASSES);
  const width = widthOf(scores ?? classes);
  if (scores !== undefined && classes !== undefined && widthOf(classes) !== width) {
    throw new ServingError('engine-failed', `Tensors class and score should match in dim_size(1). Got ${widthOf(classes)} vs. ${width}`);
  }
  const rows = (scores ?? classes)?.shape[0] ?? 0;
  const scoreAt = reader(scores);
  if (classes === undefined && width === 1 && labels?.length === 2) {
    return Array.from({ length: rows }, (_, row) => [{ label: labels[0]!, score: 1 - scoreAt(row) }, { label: labels[1]!, score: scoreAt(row) }]);
  }
  const labelAt = labelReader(classes, labels, width);
  return Array.from({ length: rows }, (_, row) => Array.from({ length: width }, (__, column) => {
    const index = row * width + column;
    return { label: labelAt(index), score: scoreAt(index) };
  }));
}

/** The output named `scores`; of a model that has neither that nor `classes`, its only one. */
function scoresSpec(outputs: readonly TensorSpec[]): TensorSpec | undefined {
  const named = outputs.find(({ name }) => name === SCORES);
  if (named !== undefined || outputs.length !== 1 || outputs[0]!.name === CLASSES) return named;
  return isFloat(outputs[0]!) ? outputs[0] : undefined;
}

function isFloat({ dtype }: TensorSpec): boolean {
  return dtype === 'float32' || dtype === 'float64';
}

/** Classes per row; a tensor without a second dimension has one. */
function widthOf(of: Tensor | undefined): number {
  return of === undefined ? 0 : (of.shape[1] ?? 1);
}

function reader(scores: Tensor | undefined): (index: number) => number {
  if (scores === undefined) return () => 0;
  const data = numericData(scores);
  return (index) => Number(data[index]);
}

function labelReader(classes: Tensor | undefined, labels: readonly string[] | null, width: number): (index: number) => string {
  if (classes === undefined) return (index) => labels?.[index % width] ?? '';
  const texts = classes.data as readonly Uint8Array[];
  const decoder = new TextDecoder();
  return (index) => decoder.decode(texts[index]);
}

import { createHash } from 'node:crypto';
import { ServingError } from '@switchyard/errors';
import { concatRows, decodeFrame, encodeFrame, formatShape, numericData, rowCount, type Tensor } from '@switchyard/tensor';
import type { Dataset, LabelledRows, SeenUpload } from '../dataset.js';

/** Rows from uploads, and which uploads they are of. */
export interface AddedRows {
  readonly uploads: readonly SeenUpload[];
  readonly rows: LabelledRows;
}

/** As one file, for the process that fits: a tensor frame with `inputs` and `labels`. The same rows of the same uploads give the same bytes. */
export function encodeAddedRows({ uploads, rows: { inputs, labels } }: AddedRows): Buffer {
  return encodeFrame({ uploads }, new Map([['inputs', inputs], ['labels', labels]]));
}

/**
 * The dataset with rows from uploads after its own training rows; the held-out ones stay as they are, since labels that come from callers
 * must not decide what a model is worth. The digest covers both.
 * @param frame as `encodeAddedRows` made it
 * @throws ServingError `invalid-input` when the rows are not like the dataset's, or of a class it does not have
 */
export function withAddedRows(dataset: Dataset, frame: Buffer): Dataset {
  const { meta, tensors } = decodeFrame<Pick<AddedRows, 'uploads'>>(frame);
  const [inputs, labels] = [tensors.get('inputs')!, tensors.get('labels')!];
  assertAlike(dataset, inputs, labels);
  return {
    ...dataset,
    digest: createHash('sha256').update(dataset.digest).update(frame).digest('hex'),
    uploads: meta.uploads,
    training: { inputs: concatRows([dataset.training.inputs, inputs]), labels: concatRows([dataset.training.labels, labels]) },
  };
}

function assertAlike({ name, classes, training }: Dataset, inputs: Tensor, labels: Tensor): void {
  const [expected, given] = [training.inputs, inputs].map(({ dtype, shape }) => `${dtype}${formatShape([-1, ...shape.slice(1)])}`);
  if (expected !== given) throw new ServingError('invalid-input', `The uploaded pictures are ${given} to the network; the rows of the dataset "${name}" are ${expected}.`);
  const strange = (numericData(labels) as Int32Array).find((label) => label < 0 || label >= classes);
  if (strange !== undefined) throw new ServingError('invalid-input', `An uploaded picture is of class ${strange}; the dataset "${name}" has ${classes} classes.`);
  if (rowCount(new Map([['inputs', inputs]])) !== labels.shape[0]) throw new ServingError('internal', 'The rows of uploads are not as many as their labels.');
}

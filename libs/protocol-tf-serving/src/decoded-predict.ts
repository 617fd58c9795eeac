import { ServingError } from '@switchyard/errors';
import type { TensorMap } from '@switchyard/tensor';

/** How a request was written, and so how its answer is: `row` (`instances`, `predictions`) or `column` (`inputs`, `outputs`). */
export type PredictFormat = 'row' | 'column';

/** A predict request; its tensors have the signature's names and dtypes, but their shapes are not checked yet. */
export interface DecodedPredict {
  readonly format: PredictFormat;
  /** As the caller gave it. */
  readonly signatureName: string | undefined;
  readonly inputs: TensorMap;
}

/** A model has one signature here, under the name that TensorFlow Serving takes when none is given. */
export const SIGNATURE_NAME = 'serving_default';

/** @throws ServingError `invalid-input` unless the name is that of the one signature, or empty, which means the same. */
export function assertSignatureName(name: string | undefined): void {
  if (name === undefined || name === '' || name === SIGNATURE_NAME) return;
  const shown = name.length <= 200 ? name : `${name.slice(0, 200)}…`;
  throw new ServingError('invalid-input', `Serving signature name: "${shown}" not found in signature def`);
}

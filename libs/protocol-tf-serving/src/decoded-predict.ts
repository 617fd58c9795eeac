import type { TensorMap } from '@switchyard/tensor';

/** How a request was written, and so how its answer is: `row` (`instances`, `predictions`) or `column` (`inputs`, `outputs`). */
export type PredictFormat = 'row' | 'column';

/** A predict request; its tensors have the signature's names and dtypes (of image models also `string`: encoded files), but their shapes are not checked yet. */
export interface DecodedPredict {
  readonly format: PredictFormat;
  /** As the caller gave it. */
  readonly signatureName: string | undefined;
  readonly inputs: TensorMap;
}

import { imageInputOf, type Preprocessing, type Signature, type TensorSpec } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';

/** Pictures that a request carries as files (PNG, JPEG, …), one a row, in place of its image input's tensor. */
export interface ImageRows {
  /** The input they stand for. */
  readonly spec: TensorSpec;
  readonly preprocessing: Preprocessing;
  readonly files: readonly Uint8Array[];
}

/**
 * The encoded pictures among the inputs: a `string` tensor under the name of the image input of a model with preprocessing. They stay files
 * until a worker makes its batch: a photo is tens of kilobytes, its tensor 600.
 * @returns null when the inputs are all tensors.
 */
export function imageRowsOf(inputs: TensorMap, model: { readonly preprocessing: Preprocessing | null; readonly signature: Signature }): ImageRows | null {
  const spec = imageInputOf(model);
  if (spec === null || model.preprocessing === null) return null;
  const given = inputs.get(spec.name);
  return given?.dtype === 'string' ? { spec, preprocessing: model.preprocessing, files: given.data as readonly Uint8Array[] } : null;
}

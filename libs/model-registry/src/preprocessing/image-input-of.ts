import type { Preprocessing } from '../manifest.js';
import type { Signature, TensorSpec } from '../signature.js';
import { imageRowShape } from './image-row-shape.js';

/**
 * The input that encoded pictures may be sent for, in place of its tensor: the first that the preprocessing makes rows for.
 * @returns null for a model that takes no pictures.
 */
export function imageInputOf({ preprocessing, signature }: { preprocessing: Preprocessing | null; signature: Signature }): TensorSpec | null {
  if (preprocessing === null) return null;
  return signature.inputs.find((spec) => imageRowShape(preprocessing, spec) !== null) ?? null;
}

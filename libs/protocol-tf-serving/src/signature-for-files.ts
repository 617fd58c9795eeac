import type { Json } from '@switchyard/json-numbers';
import { imageInputOf, type Signature, type TensorSpec } from '@switchyard/model-registry';
import { isBase64Object } from './json-elements.js';
import type { ServedVersion } from './served-version.js';

/**
 * The signature to decode against: the version's own, except that an image input given as encoded files (`{"b64": …}`) is a `string` tensor
 * of one element a row, which the worker makes the tensor of. `sample` is the first instance, or all inputs in column format.
 */
export function signatureForFiles(served: ServedVersion, sample: Json): Signature {
  const { signature } = served;
  const image = imageInputOf(served);
  if (image === null || !isFile(valueOf(sample, image))) return signature;
  return { ...signature, inputs: signature.inputs.map((spec) => (spec.name === image.name ? { ...spec, dtype: 'string', shape: [-1] } : spec)) };
}

/** What the sample holds for an input: a value by name, or the value itself. */
function valueOf(sample: Json, { name }: TensorSpec): Json | undefined {
  return sample instanceof Map && !isBase64Object(sample) ? (sample as ReadonlyMap<string, Json>).get(name) : sample;
}

/** A file, or a list that begins with one. */
function isFile(value: Json | undefined): boolean {
  const first = Array.isArray(value) ? (value[0] as Json | undefined) : value;
  return first !== undefined && isBase64Object(first);
}

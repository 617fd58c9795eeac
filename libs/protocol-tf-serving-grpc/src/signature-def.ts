import type { Manifest, TensorSpec } from '@switchyard/model-registry';
import { DEFAULT_SIGNATURE } from './check-signature.js';
import { DATA_TYPES } from './data-types.js';

/** A `tensorflow.serving.SignatureDefMap` as a plain object: the one signature of a version, under both names that a caller may give it. */
export function signatureDefMap({ signature, signatureName, methodName }: Manifest): object {
  const definition = { inputs: tensorInfos(signature.inputs), outputs: tensorInfos(signature.outputs), method_name: `tensorflow/serving/${methodName}` };
  return { signature_def: Object.fromEntries([DEFAULT_SIGNATURE, signatureName].map((name) => [name, definition])) };
}

function tensorInfos(specs: readonly TensorSpec[]): Record<string, object> {
  // fromEntries defines each name as its own property, so that even `__proto__` is an ordinary one.
  return Object.fromEntries(specs.map((spec) => [spec.name, tensorInfo(spec)]));
}

function tensorInfo({ name, dtype, shape, openRank = false }: TensorSpec): object {
  const dim = openRank ? [] : shape.map((size) => ({ size: String(size) }));
  return { name: `${name}:0`, dtype: DATA_TYPES[dtype].name, tensor_shape: { dim, unknown_rank: openRank } };
}

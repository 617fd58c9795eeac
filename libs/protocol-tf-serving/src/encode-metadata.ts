import type { Manifest, TensorSpec } from '@switchyard/model-registry';
import { DEFAULT_SIGNATURE_NAME } from './served-version.js';
import { TF_DTYPES } from './tf-dtype.js';

/** The answer to `GET /v1/models/<name>/metadata`. That `signature_def` stands in `signature_def` is TensorFlow Serving's own doing. */
export function encodeMetadata({ name, version, signature, signatureName, methodName }: Pick<Manifest, 'name' | 'version' | 'signature' | 'signatureName' | 'methodName'>): Buffer {
  const signatureDef = {
    inputs: tensorInfos(signature.inputs),
    outputs: tensorInfos(signature.outputs),
    method_name: `tensorflow/serving/${methodName}`,
  };
  // Under both names that a caller may give it.
  const signatures = Object.fromEntries([...new Set([DEFAULT_SIGNATURE_NAME, signatureName])].map((one) => [one, signatureDef]));
  return Buffer.from(JSON.stringify({
    model_spec: { name, signature_name: '', version: String(version) },
    metadata: { signature_def: { signature_def: signatures } },
  }));
}

function tensorInfos(specs: readonly TensorSpec[]): Record<string, unknown> {
  // fromEntries defines each name as its own property, so that even `__proto__` is an ordinary one.
  return Object.fromEntries(specs.map((spec) => [spec.name, tensorInfo(spec)]));
}

function tensorInfo({ name, dtype, shape, openRank = false }: TensorSpec): unknown {
  return {
    dtype: TF_DTYPES[dtype].metadata,
    tensor_shape: { dim: openRank ? [] : shape.map((size) => ({ size: String(size), name: '' })), unknown_rank: openRank },
    name: `${name}:0`,
  };
}

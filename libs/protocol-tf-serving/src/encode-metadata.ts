import type { Manifest, TensorSpec } from '@switchyard/model-registry';
import { SIGNATURE_NAME } from './decoded-predict.js';
import { TF_DTYPES } from './tf-dtype.js';

const PREDICT_METHOD = 'tensorflow/serving/predict';

/** The answer to `GET /v1/models/<name>/metadata`. That `signature_def` stands in `signature_def` is TensorFlow Serving's own doing. */
export function encodeMetadata({ name, version, signature }: Pick<Manifest, 'name' | 'version' | 'signature'>): Buffer {
  const signatureDef = {
    inputs: tensorInfos(signature.inputs),
    outputs: tensorInfos(signature.outputs),
    method_name: PREDICT_METHOD,
  };
  return Buffer.from(JSON.stringify({
    model_spec: { name, signature_name: '', version: String(version) },
    metadata: { signature_def: { signature_def: { [SIGNATURE_NAME]: signatureDef } } },
  }));
}

function tensorInfos(specs: readonly TensorSpec[]): Record<string, unknown> {
  // fromEntries defines each name as its own property, so that even `__proto__` is an ordinary one.
  return Object.fromEntries(specs.map((spec) => [spec.name, tensorInfo(spec)]));
}

function tensorInfo({ name, dtype, shape }: TensorSpec): unknown {
  return {
    dtype: TF_DTYPES[dtype].metadata,
    tensor_shape: { dim: shape.map((size) => ({ size: String(size), name: '' })), unknown_rank: false },
    name: `${name}:0`,
  };
}

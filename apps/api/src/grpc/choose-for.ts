import type { GrpcCall } from '@switchyard/grpc-server';
import type { Manifest } from '@switchyard/model-registry';
import { servableError, type ServableSpec } from '@switchyard/protocol-tf-serving';
import type { Predictions } from '../predictions/predictions.js';

/** The version that a spec names. @throws ServingError as `Predictions.choose`, in TensorFlow Serving's words. */
export function chooseFor(call: GrpcCall, spec: ServableSpec, predictions: Predictions): Manifest {
  try {
    const manifest = predictions.choose(spec.name, spec.choice);
    call.markModel(manifest.name);
    return manifest;
  } catch (thrown) {
    throw servableError(thrown, spec);
  }
}

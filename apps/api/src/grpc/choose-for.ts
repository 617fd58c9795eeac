import type { GrpcCall, Protos } from '@switchyard/grpc-server';
import type { Manifest } from '@switchyard/model-registry';
import { assertSignature, type ModelSpec } from '@switchyard/protocol-tf-serving-grpc';
import type { Predictions } from '../predictions/predictions.js';

/** What the methods of PredictionService work with. */
export interface PredictionParts {
  readonly protos: Protos;
  readonly predictions: Predictions;
}

/** The version that a spec names, with its signature checked. @throws ServingError as `Predictions.choose`, FailedPrecondition for another signature. */
export function chooseFor(call: GrpcCall, { name, choice, signatureName }: ModelSpec, predictions: Predictions): Manifest {
  const manifest = predictions.choose(name, choice);
  call.markModel(manifest.name);
  assertSignature(manifest, signatureName);
  return manifest;
}

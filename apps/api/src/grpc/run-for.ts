import type { GrpcCall, Protos } from '@switchyard/grpc-server';
import type { TfServingApi, TfServingMetrics } from '@switchyard/metrics-prometheus';
import { rowCount, type TensorMap } from '@switchyard/tensor';
import type { Predictions } from '../predictions/predictions.js';
import { predictFor, type GrpcPrediction } from './grpc-predictions.js';

/** What the methods of PredictionService work with. */
export interface PredictionParts {
  readonly protos: Protos;
  readonly predictions: Predictions;
  readonly tfServingMetrics: TfServingMetrics;
}

/** Has a call's inputs answered, and counts the run under TF Serving's names; the call itself is counted when it has been answered. */
export async function runFor(call: GrpcCall, api: TfServingApi, { predictions, tfServingMetrics }: PredictionParts, request: GrpcPrediction): Promise<TensorMap> {
  const { outputs, timing } = await predictFor(call, predictions, request);
  tfServingMetrics.ran({ model: request.manifest.name, api, entrypoint: 'GRPC' }, { rows: rowCount(request.inputs), timing });
  return outputs;
}

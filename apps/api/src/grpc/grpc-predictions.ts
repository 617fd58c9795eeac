import type { GrpcCall } from '@switchyard/grpc-server';
import type { InferResponse } from '@switchyard/inference';
import type { Manifest } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import type { Predictions, RequestOptions } from '../predictions/predictions.js';

/** Has inputs answered for a gRPC call: its deadline, where it is the nearer one, and its cancellation are the request's. */
export function predictFor(call: GrpcCall, predictions: Predictions, request: GrpcPrediction): Promise<InferResponse> {
  const { manifest, inputs, priority } = request;
  const timeoutMs = nearest([call.timeoutMs, request.timeoutMs, predictions.requestTimeoutMs]);
  const options = { requestId: call.requestId, signal: call.signal, timeoutMs };
  return predictions.predict(manifest, inputs, priority === undefined ? options : { ...options, priority });
}

/** What to predict, and what the request itself says of how. */
export interface GrpcPrediction {
  readonly manifest: Manifest;
  readonly inputs: TensorMap;
  readonly timeoutMs?: number | undefined;
  readonly priority?: RequestOptions['priority'];
}

function nearest(timeoutsMs: readonly (number | undefined)[]): number {
  return Math.min(...timeoutsMs.map((timeoutMs) => timeoutMs ?? Infinity));
}

import type { AnsweredCall } from '@switchyard/grpc-server';
import type { TfServingApi, TfServingMetrics } from '@switchyard/metrics-prometheus';

const SERVICE = /^tensorflow\.serving\./;

/** Counts a gRPC call of TF Serving's under TF Serving's names, beside those over REST; calls of other services are none. */
export function countGrpcCall(metrics: TfServingMetrics, { service, method, model, status, durationMs }: AnsweredCall): void {
  if (!SERVICE.test(service)) return;
  if (status === 'OK') metrics.succeeded({ model, api: method as TfServingApi, entrypoint: 'GRPC' }, durationMs);
  else metrics.failed(model, status);
}

import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { createTfServingMetrics } from '@switchyard/metrics-prometheus';
import { countGrpcCall } from './count-grpc-call.js';

const CALL = { service: 'tensorflow.serving.PredictionService', method: 'Predict', model: 'mnist', status: 'OK', durationMs: 2 } as const;

describe('countGrpcCall', () => {
  it('counts calls of TF Serving’s services by status and method, and no others', async () => {
    const registry = new Registry();
    const metrics = createTfServingMetrics(registry);
    countGrpcCall(metrics, CALL);
    countGrpcCall(metrics, { ...CALL, status: 'INVALID_ARGUMENT' });
    countGrpcCall(metrics, { ...CALL, service: 'inference.GRPCInferenceService', method: 'ModelInfer' });
    const counts = (await registry.metrics()).split('\n').filter((line) => /^:tensorflow:serving:request_(count|latency_sum|latency_count)\{/.test(line));
    expect(counts.sort()).toEqual([
      ':tensorflow:serving:request_count{model_name="mnist",status="INVALID_ARGUMENT"} 1',
      ':tensorflow:serving:request_count{model_name="mnist",status="OK"} 1',
      ':tensorflow:serving:request_latency_count{model_name="mnist",API="Predict",entrypoint="GRPC"} 1',
      ':tensorflow:serving:request_latency_sum{model_name="mnist",API="Predict",entrypoint="GRPC"} 2000',
    ]);
  });
});

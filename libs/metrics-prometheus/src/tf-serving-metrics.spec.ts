import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { createTfServingMetrics } from './tf-serving-metrics.js';

const TIMING = { queueMs: 0.15, preprocessMs: 0, computeMs: 2, batchRows: 8, executions: 1 };
const PREDICT = { model: 'mnist', api: 'Predict', entrypoint: 'REST' } as const;

/** The samples of a page by their name and labels. */
async function samplesOf(registry: Registry): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

describe('createTfServingMetrics', () => {
  it('counts calls by status, and times those that succeeded, in microseconds', async () => {
    const registry = new Registry();
    const metrics = createTfServingMetrics(registry);
    metrics.succeeded(PREDICT, 5, { rows: 3, timing: TIMING });
    metrics.succeeded({ ...PREDICT, entrypoint: 'GRPC' }, 7, { rows: 1, timing: { ...TIMING, executions: 0 } });
    metrics.failed('mnist', 'INVALID_ARGUMENT');
    const samples = await samplesOf(registry);
    expect(samples.get(':tensorflow:serving:request_count{model_name="mnist",status="OK"}')).toBe(2);
    expect(samples.get(':tensorflow:serving:request_count{model_name="mnist",status="INVALID_ARGUMENT"}')).toBe(1);
    expect(samples.get(':tensorflow:serving:request_latency_sum{model_name="mnist",API="predict",entrypoint="REST"}')).toBe(5_000);
    expect(samples.get(':tensorflow:serving:request_latency_count{model_name="mnist",API="Predict",entrypoint="GRPC"}')).toBe(1);
    expect(samples.get(':tensorflow:serving:runtime_latency_sum{model_name="mnist",API="Predict",runtime="switchyard"}')).toBe(4_000);
    expect(samples.get(':tensorflow:serving:batching_session:queuing_latency_sum{thread_pool_name="mnist"}')).toBe(300);
    expect(samples.get(':tensorflow:serving:batching_session:input_batch_size_sum{model_name="mnist"}')).toBe(4);
  });

  it('counts a batch once, whoever shared it', async () => {
    const registry = new Registry();
    const metrics = createTfServingMetrics(registry);
    for (const executions of [1, 0, 0]) metrics.succeeded(PREDICT, 5, { rows: 2, timing: { ...TIMING, executions } });
    const samples = await samplesOf(registry);
    expect(samples.get(':tensorflow:serving:batching_session:input_batch_size_count{model_name="mnist"}')).toBe(3);
    expect(samples.get(':tensorflow:serving:batching_session:processed_batch_size_count{model_name="mnist"}')).toBe(1);
    expect(samples.get(':tensorflow:serving:batching_session:processed_batch_size_sum{model_name="mnist"}')).toBe(8);
    expect(samples.get(':tensorflow:serving:batching_session:padding_size_count{execution_batch_size="8"}')).toBe(1);
  });

  it('counts what a call ran beside the call, for calls that are counted in two steps', async () => {
    const [apart, atOnce] = [new Registry(), new Registry()];
    const metrics = createTfServingMetrics(apart);
    metrics.ran(PREDICT, { rows: 3, timing: TIMING });
    metrics.succeeded(PREDICT, 5);
    createTfServingMetrics(atOnce).succeeded(PREDICT, 5, { rows: 3, timing: TIMING });
    expect(await samplesOf(apart)).toEqual(await samplesOf(atOnce));
  });

  it('counts the rows a batch was filled up with', async () => {
    const registry = new Registry();
    createTfServingMetrics(registry).succeeded(PREDICT, 5, { rows: 5, timing: { ...TIMING, batchRows: 5, runRows: 8 } });
    const samples = await samplesOf(registry);
    expect(samples.get(':tensorflow:serving:batching_session:padding_size_sum{execution_batch_size="8"}')).toBe(3);
    expect(samples.get(':tensorflow:serving:batching_session:processed_batch_size_sum{model_name="mnist"}')).toBe(8);
  });

  it('sorts values into buckets that end where TensorFlow Serving’s do, each holding all that is less', async () => {
    const registry = new Registry();
    const metrics = createTfServingMetrics(registry);
    for (const rows of [1, 2, 3, 8_192, 8_193]) metrics.succeeded(PREDICT, 0, { rows, timing: TIMING });
    const samples = await samplesOf(registry);
    const bucket = (end: string): number | undefined => samples.get(`:tensorflow:serving:batching_session:input_batch_size_bucket{model_name="mnist",le="${end}"}`);
    expect(['1', '2', '4', '4096', '8192', '+Inf'].map(bucket)).toEqual([1, 2, 3, 3, 4, 5]);
    expect([...samples.keys()].filter((name) => name.startsWith(':tensorflow:serving:request_latency_bucket'))).toHaveLength(34);
  });

  it('times warm-ups, and calls that ran no model', async () => {
    const registry = new Registry();
    const metrics = createTfServingMetrics(registry);
    metrics.warmedUp('models/mnist/versions/1', 12);
    metrics.succeeded({ model: 'mnist', api: 'GetModelMetadata', entrypoint: 'REST' }, 1);
    const samples = await samplesOf(registry);
    expect(samples.get(':tensorflow:serving:model_warmup_latency_sum{model_path="models/mnist/versions/1",status="OK"}')).toBe(12_000);
    expect(samples.get(':tensorflow:serving:request_latency_count{model_name="mnist",API="getmodelmetadata",entrypoint="REST"}')).toBe(1);
    expect(samples.get(':tensorflow:serving:runtime_latency_count{model_name="mnist",API="GetModelMetadata",runtime="switchyard"}')).toBe(0);
  });
});

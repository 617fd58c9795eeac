import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import type { ExecutedBatch } from '@switchyard/batching';
import { createWorkerMetrics } from './batch-metrics.js';

const BATCH: ExecutedBatch = { rows: 5, runRows: 8, reason: 'idle', durationMs: 20, hasFailed: false, expectedMs: 19, queueDelaysMs: [1, 3] };

/** The samples of a page by their name and labels. */
async function samplesOf(registry: Registry): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

describe('createWorkerMetrics', () => {
  it('counts a batch by why it left, its rows and their padding, and times it in seconds', async () => {
    const registry = new Registry();
    const observer = createWorkerMetrics(registry).batches('mnist', 'onnx');
    observer.batchExecuted(BATCH);
    observer.batchExecuted({ ...BATCH, rows: 8, reason: 'full' });
    const samples = await samplesOf(registry);
    expect(samples.get('switchyard_batches_total{model="mnist",reason="idle"}')).toBe(1);
    expect(samples.get('switchyard_batches_total{model="mnist",reason="full"}')).toBe(1);
    expect(samples.get('switchyard_batch_rows_sum{model="mnist"}')).toBe(13);
    expect(samples.get('switchyard_batch_padding_rows_total{model="mnist"}')).toBe(3);
    expect(samples.get('switchyard_engine_run_duration_seconds_sum{model="mnist",engine="onnx"}')).toBeCloseTo(0.04);
    expect(samples.get('switchyard_queue_delay_seconds_count{model="mnist"}')).toBe(4);
    expect(samples.get('switchyard_queue_delay_seconds_sum{model="mnist"}')).toBeCloseTo(0.008);
  });

  it('counts a batch that failed without timing it: the halving and restarts in it are no run of the engine', async () => {
    const registry = new Registry();
    createWorkerMetrics(registry).batches('mnist', 'onnx').batchExecuted({ ...BATCH, durationMs: 9_000, hasFailed: true });
    const samples = await samplesOf(registry);
    expect(samples.get('switchyard_batches_total{model="mnist",reason="idle"}')).toBe(1);
    expect(samples.has('switchyard_engine_run_duration_seconds_count{model="mnist",engine="onnx"}')).toBe(false);
  });

  it('counts rows by what became of them', async () => {
    const registry = new Registry();
    const observer = createWorkerMetrics(registry).batches('mnist', 'onnx');
    observer.batchExecuted(BATCH);
    observer.rowsExpired(2);
    observer.rowsRefused(3);
    const samples = await samplesOf(registry);
    expect(['run', 'expired', 'refused'].map((outcome) => samples.get(`switchyard_rows_total{model="mnist",outcome="${outcome}"}`))).toEqual([5, 2, 3]);
  });

  it('shows the versions that are loaded, and those only', async () => {
    const registry = new Registry();
    const metrics = createWorkerMetrics(registry);
    metrics.modelLoaded('mnist', 1, 'onnx', true);
    metrics.modelLoaded('mnist', 2, 'wasm', true);
    metrics.modelLoaded('mnist', 1, 'onnx', false);
    const loaded = [...(await samplesOf(registry))].filter(([name]) => name.startsWith('switchyard_models_loaded'));
    expect(loaded).toEqual([['switchyard_models_loaded{model="mnist",version="2",engine="wasm"}', 1]]);
  });
});

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { readMetric } from './failures/metrics.js';
import { descendantsOf } from './failures/process-tree.js';
import { failingChecks } from './failures/readiness.js';
import { LETHAL_KERNELS } from './import/lethal-model.js';
import { postJson } from './stack/http.js';
import { drawPoints } from './stack/points.js';
import { publishFiles } from './stack/publish-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

/** Leaves its rank open, and aborts libtensorflow on any rank but 4: see make-fixtures.mjs there. */
const EDGES = fileURLToPath(new URL('../../libs/engine-tensorflow/fixtures/edges/saved_model.pb', import.meta.url));
const OPEN = { dtype: 'float32' as const, shape: [-1], openRank: true };
const SIGNATURE = { inputs: [{ ...OPEN, name: 'image' }], outputs: [{ ...OPEN, name: 'sums' }] };

const PICTURE = [[[1], [2]], [[3], [4]]];
/** A picture without its channel: legal by the signature, deadly in the library. */
const LETHAL = [[1, 2], [3, 4]];

let stack: TrainedStack;
let workerPid: number;

beforeAll(async () => {
  stack = await startTrainedStack({ env: LETHAL_KERNELS });
  workerPid = worker().pid;
}, 400_000);
afterAll(() => stack?.close(), 60_000);

describe('a SavedModel that leaves its rank open', () => {
  it('starts a process with TensorFlow of its own, which no other model has needed', async () => {
    expect(await tensorflowProcesses()).toHaveLength(0);
    await publishEdges(1);
    expect(await predict(PICTURE)).toMatchObject({ status: 200, body: { predictions: [[[[10]]]] } });
    expect(await tensorflowProcesses()).toHaveLength(1);
  }, 60_000);

  it('answers pictures of any size', async () => {
    const rows = Array.from({ length: 3 }, () => Array.from({ length: 5 }, () => [1]));
    expect(await predict(rows)).toMatchObject({ status: 200, body: { predictions: [Array.from({ length: 2 }, () => Array.from({ length: 4 }, () => [4]))] } });
  });

  it('gets an error for an input that ends its process, comes back, and leaves the worker and its other models alone', async () => {
    const [before] = await tensorflowProcesses();
    const [lethal, others] = await Promise.all([predict(LETHAL), predictPoints()]);
    expect(lethal).toMatchObject({ status: 500, body: { error: expect.stringContaining('The engine ended before it answered') } });
    expect(others.status).toBe(200);
    expect(await predict(PICTURE)).toMatchObject({ status: 200 });
    const [after] = await tensorflowProcesses();
    expect(after).not.toBe(before);
    expect(worker().pid).toBe(workerPid);
  }, 60_000);

  it('is quarantined after repeated deaths: refused at once, seen by operators, not started again', async () => {
    const refused = await until(async () => refusalOf(await predict(LETHAL)), { deadlineMs: 60_000, describe: 'the model to be quarantined' });
    expect(refused).toContain('The model is quarantined: it ended its process 8 times');
    const startedMs = performance.now();
    expect(refusalOf(await predict(PICTURE))).toContain('quarantined');
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(await tensorflowProcesses()).toHaveLength(0);
    expect(await failingChecks(worker())).toMatchObject({ models: expect.stringContaining('Version 1 of "edges" is not ready: The model is quarantined') });
    expect(await readMetric(worker().url, 'switchyard_model_quarantined', 'model="edges"')).toBe(1);
    expect(stack.lines.some(({ line }) => line.includes('"engine.host-exit"') && line.includes('The model is quarantined'))).toBe(true);
    expect((await predictPoints()).status).toBe(200);
    expect(worker().pid).toBe(workerPid);
  }, 90_000);

  it('serves again with a new version', async () => {
    await publishEdges(2);
    expect(await predict(PICTURE)).toMatchObject({ status: 200 });
    await until(async () => Object.keys(await failingChecks(worker())).length === 0, { deadlineMs: 10_000, describe: 'the worker to be ready' });
    expect(worker().pid).toBe(workerPid);
  }, 60_000);
});

function worker() {
  return stack.services.find(({ name }) => name.startsWith('inference-worker'))!;
}

async function publishEdges(version: number): Promise<void> {
  const files = { 'saved_model.pb': await readFile(EDGES) };
  expect(await publishFiles(stack, { name: 'edges', format: 'saved-model', files, signature: SIGNATURE })).toMatchObject({ version });
}

function predict(picture: unknown) {
  return postJson<{ predictions?: unknown; error?: string }>(`${stack.httpUrl}/v1/models/edges:predict`, { instances: [picture] });
}

function predictPoints() {
  return postJson(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: drawPoints(2).map((point) => [...point]) });
}

/** What a refusal says; null for any other answer. */
function refusalOf({ status, body }: { status: number; body: { error?: string } }): string | null {
  return status === 503 ? (body.error ?? null) : null;
}

/** Processes below the worker that have TensorFlow's library in their memory. */
async function tensorflowProcesses(): Promise<number[]> {
  const pids = await descendantsOf([worker().pid]);
  const maps = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/maps`, 'utf8').catch(() => '')));
  return pids.filter((_, index) => maps[index]!.includes('libtensorflow'));
}

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { getJson, postJson } from './stack/http.js';
import { drawPoints } from './stack/points.js';
import { maxDifference, openReferenceModel } from './stack/reference-model.js';
import { startSteadyTraffic } from './stack/steady-traffic.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const RUN_ENDS_WITHIN_MS = 120_000;
const SERVED_WITHIN_MS = 20_000;
const TOLERANCE = 1e-6;

interface Run { readonly id: string; readonly status: string; readonly step: string; readonly version: number | null; readonly reason: string | null; readonly curve: object[]; readonly evaluation: { accuracy: number } | null }
interface Queued { readonly run_id: string; readonly pipeline: string; readonly model: string; readonly status: string; readonly message: string }
interface Versions { readonly aliases: Record<string, number>; readonly versions: { version: number; metrics: Record<string, number>; lineage: Record<string, unknown>; workers_serving: number }[] }
interface RowAnswer { readonly predictions: number[][] }

let stack: TrainedStack;
const points = drawPoints(50);

beforeAll(async () => {
  stack = await startTrainedStack();
}, 400_000);

afterAll(async () => {
  await stack?.close();
}, 60_000);

const retrain = (body: object): ReturnType<typeof postJson<Queued>> => postJson<Queued>(`${stack.httpUrl}/retrain`, body);
const findRun = async (id: string): Promise<Run> => (await getJson<Run>(`${stack.httpUrl}/runs/${id}`)).body;
const versions = async (): Promise<Versions> => (await getJson<Versions>(`${stack.httpUrl}/models/simple_classifier/versions`)).body;
const ask = async (point: Float32Array): Promise<{ status: number; row: number[] }> => {
  const { status, body } = await postJson<RowAnswer>(`${stack.httpUrl}/v1/models/simple_classifier:predict`, { instances: [[...point]] });
  return { status, row: body.predictions?.[0] ?? [] };
};

function runEnded(id: string): Promise<Run> {
  return until(async () => [await findRun(id)].find(({ status }) => status !== 'queued' && status !== 'running'), { deadlineMs: RUN_ENDS_WITHIN_MS, describe: `run ${id} to end` });
}

/** What a version answers to every point, asked alone. */
async function answersOf(version: number): Promise<number[][]> {
  const reference = await openReferenceModel(stack.objectsDirectory, 'simple_classifier', version);
  try {
    return await Promise.all(points.map((point) => reference.predict(point)));
  } finally {
    await reference.close();
  }
}

const isNear = (row: readonly number[], expected: readonly number[]): boolean => maxDifference(row, expected) <= TOLERANCE;

/** Waits until the model answers as the version does. */
async function servesAs(expected: readonly number[][]): Promise<void> {
  await until(async () => isNear((await ask(points[0]!)).row, expected[0]!), { deadlineMs: SERVED_WITHIN_MS, describe: 'the model to answer as the new champion does' });
  for (const [index, point] of points.entries()) expect(isNear((await ask(point)).row, expected[index]!)).toBe(true);
}

it('says how each model is retrained', async () => {
  const { body } = await getJson<{ pipelines: { name: string; schedule: string; gate: object }[] }>(`${stack.httpUrl}/pipelines`);
  expect(body.pipelines.map(({ name, schedule, gate }) => [name, schedule, gate])).toEqual([
    ['mnist', '0 2 * * 1', { metric: 'accuracy', minimum: 0.97 }],
    ['simple_classifier', '0 2 * * 0', { metric: 'accuracy', minimum: 0.97 }],
  ]);
});

describe('a retraining on request', () => {
  it('puts a new version in the place of the champion, and a rollback undoes it, while not one request fails', async () => {
    const seen: { index: number; row: number[] }[] = [];
    const traffic = startSteadyTraffic(async (turn) => {
      const index = turn % points.length;
      const { status, row } = await ask(points[index]!);
      seen.push({ index, row });
      return status === 200 ? null : `request ${turn} was answered ${status}`;
    });
    const first = await answersOf(1);

    const { status, headers, body: queued } = await retrain({ model: 'simple_classifier', epochs: 6, batch_size: 32 });
    expect([status, headers.get('location')]).toEqual([202, `/runs/${queued.run_id}`]);
    expect(queued).toMatchObject({ pipeline: 'simple_classifier', model: 'simple_classifier', status: 'queued', message: expect.stringMatching(/is queued\.$/) });
    const again = await retrain({ pipeline: 'simple_classifier' });
    expect(again.body).toMatchObject({ run_id: queued.run_id, message: expect.stringMatching(/already waiting or at work/) });

    const run = await runEnded(queued.run_id);
    expect(run).toMatchObject({ status: 'succeeded', version: 2, step: 'publish', reason: expect.stringMatching(/^The gate is passed: accuracy 9\d\.\d\d %/) });
    expect([run.curve.length, run.evaluation!.accuracy >= 0.97]).toEqual([6, true]);
    const second = await answersOf(2);
    expect(second.some((row, index) => !isNear(row, first[index]!))).toBe(true);
    await servesAs(second);
    expect((await versions()).aliases).toEqual({ champion: 2, previous: 1 });

    const rollback = await postJson(`${stack.httpUrl}/models/simple_classifier/rollback`, { why: 'to see that it can be done' });
    expect([rollback.status, rollback.body]).toEqual([200, { model: 'simple_classifier', version: 1, aliases: { champion: 1, previous: 2 } }]);
    await servesAs(first);

    const { answered, problems } = await traffic.stop();
    process.stderr.write(`swap: ${answered} requests during training, promotion and rollback, ${problems.length} failed\n`);
    expect(problems).toEqual([]);
    expect(seen.filter(({ index, row }) => !isNear(row, first[index]!) && !isNear(row, second[index]!))).toEqual([]);
    expect(seen.some(({ index, row }) => isNear(row, second[index]!) && !isNear(row, first[index]!))).toBe(true);
  }, 180_000);

  it('tells of every version where it comes from', async () => {
    const { body } = await getJson<{ models: object[] }>(`${stack.httpUrl}/models`);
    expect(body.models).toEqual([
      expect.objectContaining({ name: 'mnist', aliases: { champion: 1 }, versions: [1] }),
      expect.objectContaining({ name: 'simple_classifier', aliases: { champion: 1, previous: 2 }, versions: [1, 2] }),
    ]);
    const [one, two] = (await versions()).versions;
    expect([one!.version, one!.lineage['parentVersion'], one!.workers_serving]).toEqual([1, null, 1]);
    expect([two!.version, two!.lineage['parentVersion'], two!.workers_serving]).toEqual([2, 1, 1]);
    expect(two!.lineage['datasetDigest']).toBe(one!.lineage['datasetDigest']);
    expect((await findRun(String(two!.lineage['runId']))).version).toBe(2);
  });

  it('may promote any version by hand, and predict with either meanwhile', async () => {
    const promoted = await postJson(`${stack.httpUrl}/models/simple_classifier/promote`, { version: 2, why: 'it was better after all' });
    expect(promoted.body).toEqual({ model: 'simple_classifier', version: 2, aliases: { champion: 2, previous: 1 } });
    const [first, second] = [await answersOf(1), await answersOf(2)];
    await servesAs(second);
    const byVersion = await postJson<RowAnswer>(`${stack.httpUrl}/v1/models/simple_classifier/versions/1:predict`, { instances: [[...points[0]!]] });
    expect(isNear(byVersion.body.predictions[0]!, first[0]!)).toBe(true);
    const byLabel = await postJson<RowAnswer>(`${stack.httpUrl}/v1/models/simple_classifier/labels/previous:predict`, { instances: [[...points[0]!]] });
    expect(isNear(byLabel.body.predictions[0]!, first[0]!)).toBe(true);
  }, 60_000);

  it('changes nothing when its model does not reach the gate, and says why', async () => {
    const before = await versions();
    const { body: queued } = await retrain({ pipeline: 'simple_classifier', epochs: 1, learning_rate: 1e-9 });
    const run = await runEnded(queued.run_id);
    expect(run).toMatchObject({ status: 'rejected', version: null, reason: expect.stringMatching(/^The gate is not passed, the version before keeps serving: accuracy \d+\.\d\d % on 1000 held-out rows, gate 97\.00 %\.$/) });
    expect(run.evaluation!.accuracy).toBeLessThan(0.97);
    expect(await versions()).toEqual(before);
  }, 130_000);
});

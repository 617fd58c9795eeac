import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Switchyard, type Job } from '@switchyard/client';
import { REPOSITORY } from './deployment/repository-files.js';
import { startExtraService } from './failures/extra-service.js';
import { nestDigit, readTestDigits, readTestLabels } from './stack/digits.js';
import { postJson } from './stack/http.js';
import { renderDigit } from './stack/pictures.js';
import { drawPoints } from './stack/points.js';
import { maxDifference, openReferenceModel, type ReferenceModel } from './stack/reference-model.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const TOLERANCE = 1e-6;
const CLASSIFIER = 'simple_classifier';

let stack: TrainedStack;
let yard: Switchyard;
let reference: ReferenceModel;
let expected: number[][];
const points = drawPoints(20);

beforeAll(async () => {
  stack = await startTrainedStack();
  yard = new Switchyard({ url: stack.httpUrl });
  reference = await openReferenceModel(stack.objectsDirectory, CLASSIFIER);
  expected = await Promise.all(points.map((point) => reference.predict(point)));
}, 400_000);

afterAll(async () => {
  await reference?.close();
  await stack?.close();
}, 60_000);

function expectRows(rows: readonly (readonly number[])[] | undefined): void {
  expect(rows?.length).toBe(expected.length);
  for (const [index, row] of expected.entries()) expect(maxDifference(rows![index]!, row)).toBeLessThanOrEqual(TOLERANCE);
}

/** Holds the worker still while `act` happens: what is submitted meanwhile waits. */
async function whileWorkerSleeps<Result>(act: () => Promise<Result>): Promise<Result> {
  const { pid } = stack.workers[0]!;
  process.kill(pid, 'SIGSTOP');
  try {
    return await act();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

describe('predictions through the client', () => {
  it('take rows of typed arrays and columns, of the champion, a version or an alias', async () => {
    expectRows((await yard.predict<number[]>(CLASSIFIER, { instances: points })).predictions);
    expectRows((await yard.predict<number[][]>(CLASSIFIER, { inputs: points.map((point) => [...point]) }, { version: 1 })).outputs);
    expectRows((await yard.predict<number[]>(CLASSIFIER, { instances: points }, { alias: 'champion' })).predictions);
  });

  it('take tensors and give tensors, of the champion, a version or an alias, the same to the last bit as by JSON', async () => {
    const { versions } = await yard.models.versions('mnist');
    const { inputs: [input], outputs: [output] } = versions[0]!.signature;
    const digits = await readTestDigits(3);
    const tensor = { shape: [3, 28, 28, 1], data: Float32Array.from(digits.flatMap((digit) => [...digit])) };
    const { predictions } = await yard.predict<number[]>('mnist', { instances: digits.map(nestDigit) });
    const bits = Float32Array.from(predictions.flat());
    for (const options of [{}, { version: 1 }, { alias: 'champion' }, { priority: 'bulk', timeoutMs: 20_000, outputs: [output!.name] }] as const) {
      const { model, version, tensors } = await yard.predict('mnist', { tensors: { [input!.name]: tensor } }, options);
      expect({ model, version, tensors }).toEqual({ model: 'mnist', version: '1', tensors: { [output!.name]: { datatype: 'FP32', shape: [3, 10], data: bits } } });
    }
  });

  it('classify pictures, by their path, bytes or blob', async () => {
    const [digit] = await readTestDigits(1);
    const [label] = await readTestLabels(1);
    const png = await renderDigit(digit!, 'black');
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-client-'));
    try {
      const path = join(folder, 'digit.png');
      await writeFile(path, png);
      for (const image of [path, png, new Blob([png])]) {
        const answer = await yard.classifyImage(image, { model: 'mnist', topK: 3 });
        expect(answer).toMatchObject({ prediction: label, model: { name: 'mnist', version: '1' } });
        expect(answer.predictions).toHaveLength(3);
        expect(answer.predictions[0]).toEqual({ classId: label, label: String(label), confidence: answer.confidence });
        expect(answer.probabilities).toHaveLength(10);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('fail with what is wrong', async () => {
    await expect(yard.predict(CLASSIFIER, { instances: [[1]] })).rejects.toMatchObject({ name: 'SwitchyardError', kind: 'invalid-input', status: 400, requestId: expect.any(String) });
    await expect(yard.predict('nope', { instances: [[1]] })).rejects.toMatchObject({ kind: 'not-found', status: 404, message: expect.stringContaining('nope') });
    await expect(yard.predict(CLASSIFIER, { instances: points }, { version: 99 })).rejects.toMatchObject({ status: 404 });
    await expect(yard.classifyImage(Buffer.from('no picture'), { model: 'mnist' })).rejects.toMatchObject({ kind: 'unsupported-media-type', status: 415 });
    await expect(yard.predict(CLASSIFIER, { tensors: { nope: { shape: [1, 2], data: Float32Array.of(1, 2) } } })).rejects.toMatchObject({ kind: 'invalid-input', status: 400, message: expect.stringContaining('nope') });
    await expect(yard.predict('nope', { tensors: { x: { shape: [1, 2], data: Float32Array.of(1, 2) } } })).rejects.toMatchObject({ message: expect.stringContaining('nope') });
  });

  it('end at the caller’s deadline, here and on the server', async () => {
    await whileWorkerSleeps(async () => {
      await expect(yard.predict(CLASSIFIER, { instances: points }, { timeoutMs: 200 })).rejects.toMatchObject({ kind: 'deadline-exceeded' });
      const { status } = await postJson(`${stack.httpUrl}/v1/models/${CLASSIFIER}:predict`, { instances: [[1, 2]] }, { 'x-timeout-ms': '100', 'x-priority': 'bulk' });
      expect(status).toBe(504);
    });
    const { status, body } = await postJson<{ error: string }>(`${stack.httpUrl}/v1/models/${CLASSIFIER}:predict`, { instances: [[1, 2]] }, { 'x-priority': 'urgent' });
    expect([status, body.error]).toEqual([400, expect.stringContaining('"urgent"')]);
    expectRows((await yard.predict<number[]>(CLASSIFIER, { instances: points }, { priority: 'normal' })).predictions);
  });
});

describe('jobs through the client', () => {
  it('are followed from their submission to their result', async () => {
    const statuses: string[] = [];
    const states = await whileWorkerSleeps(async () => {
      const { id, status } = await yard.jobs.submit(CLASSIFIER, { instances: points }, { alias: 'champion' });
      expect(status).toBe('queued');
      const stream = yard.jobs.stream<{ predictions: number[][] }>(id);
      statuses.push((await stream.next()).value!.status);
      return stream;
    });
    let last: Job<{ predictions: number[][] }> | undefined;
    for await (const job of states) {
      statuses.push(job.status);
      last = job;
    }
    expect([statuses[0], statuses.at(-1)]).toEqual(['queued', 'succeeded']);
    expectRows(last?.result?.predictions);
    expect(last?.endedAt?.getTime()).toBeGreaterThanOrEqual(last!.submittedAt.getTime());
    expect(await yard.jobs.get(last!.id)).toEqual(last);
  });

  it('are waited for, cancelled, and submitted once under one key', async () => {
    const { cancelled, waiting } = await whileWorkerSleeps(async () => {
      const [first, second] = await Promise.all([1, 2].map(() => yard.jobs.submit(CLASSIFIER, { instances: points }, { idempotencyKey: 'client-e2e' })));
      expect(second!.id).toBe(first!.id);
      const { id } = await yard.jobs.submit(CLASSIFIER, { instances: points }, { priority: 'bulk' });
      await expect(yard.jobs.await(id, { timeoutMs: 300 })).rejects.toMatchObject({ kind: 'deadline-exceeded' });
      return { cancelled: await yard.jobs.cancel(id), waiting: yard.jobs.await<{ predictions: number[][] }>(first!.id) };
    });
    expect(cancelled).toMatchObject({ status: 'canceled', result: null });
    expect(await yard.jobs.await(cancelled.id)).toEqual(cancelled);
    expectRows((await waiting).result?.predictions);
    await expect(yard.jobs.submit(CLASSIFIER, { instances: [[1, 2]] }, { idempotencyKey: 'client-e2e' })).rejects.toMatchObject({ kind: 'conflict', status: 409 });
  });

  it('are told to have failed, and not to be there', async () => {
    const { id } = await whileWorkerSleeps(() => yard.jobs.submit(CLASSIFIER, { instances: points }, { deadlineMs: 1 }));
    expect(await yard.jobs.await(id)).toMatchObject({ status: 'failed', result: null, error: { kind: 'deadline-exceeded' } });
    await expect(yard.jobs.get('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({ kind: 'job-not-found', status: 404 });
  });

  it('outlive the api that took them, whose streams end with it', async () => {
    const api = await startExtraService(stack, 'api');
    const throughIt = new Switchyard({ url: api.url, retries: 0 });
    const { id, next } = await whileWorkerSleeps(async () => {
      const job = await throughIt.jobs.submit(CLASSIFIER, { instances: points });
      const stream = throughIt.jobs.stream(job.id);
      await stream.next();
      const following = stream.next();
      following.catch(() => undefined); // looked at below, once the api is gone
      expect(await api.stop()).toEqual({ code: 0, signal: null });
      return { id: job.id, next: following };
    });
    await expect(next).rejects.toMatchObject({ kind: 'connection-failed' });
    expect(await yard.jobs.await(id)).toMatchObject({ status: 'succeeded' });
  }, 60_000);
});

describe('the package', () => {
  it('installs alone from its tarball, and runs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'switchyard-install-'));
    try {
      const [{ filename }] = JSON.parse(await npm(join(REPOSITORY, 'libs/client'), 'pack', '--json', '--pack-destination', folder)) as [{ filename: string }];
      await writeFile(join(folder, 'package.json'), '{"private": true, "type": "module"}');
      await npm(folder, 'install', '--offline', '--no-audit', '--no-fund', join(folder, filename));
      expect(await readdir(join(folder, 'node_modules/@switchyard'))).toEqual(['client']);
      await writeFile(join(folder, 'program.js'), `import { Switchyard } from '@switchyard/client'; console.log(JSON.stringify(await new Switchyard({ url: '${stack.httpUrl}' }).health()));`);
      const { stdout } = await promisify(execFile)(process.execPath, ['program.js'], { cwd: folder, timeout: 30_000 });
      expect(JSON.parse(stdout)).toMatchObject({ status: 'healthy', service: 'api' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }, 90_000);
});

async function npm(cwd: string, ...args: string[]): Promise<string> {
  return (await promisify(execFile)('npm', args, { cwd, timeout: 60_000 })).stdout;
}

describe('operation through the client', () => {
  it('shows health, readiness, models and their versions', async () => {
    expect(await yard.health()).toEqual({ status: 'healthy', service: 'api', uptimeSeconds: expect.any(Number) });
    expect(await yard.isReady()).toBe(true);
    await yard.waitUntilReady();
    expect(await yard.models.list()).toEqual(expect.arrayContaining([{ name: CLASSIFIER, aliases: { champion: 1 }, versions: [1] }]));
    const { aliases, versions } = await yard.models.versions(CLASSIFIER);
    expect([aliases, versions]).toEqual([{ champion: 1 }, [expect.objectContaining({ version: 1, workersServing: 1, formats: expect.arrayContaining(['onnx']) })]]);
    expect(versions[0]!.signature.inputs).toEqual([expect.objectContaining({ shape: [-1, 2] })]);
    expect(versions[0]!.createdAt.getTime()).toBeGreaterThan(0);
    await expect(yard.models.versions('nope')).rejects.toMatchObject({ kind: 'model-not-found' });
  });

  it('retrains, promotes and rolls back', async () => {
    expect((await yard.training.pipelines()).map(({ name }) => name)).toContain(CLASSIFIER);
    const queued = await yard.training.retrain({ model: CLASSIFIER, epochs: 6, batchSize: 32 });
    expect(queued).toMatchObject({ pipeline: CLASSIFIER, model: CLASSIFIER, runId: expect.any(String) });
    const run = await yard.training.awaitRun(queued.runId, { timeoutMs: 120_000 });
    expect(run).toMatchObject({ id: queued.runId, status: 'succeeded', version: 2 });
    expect(run.evaluation?.accuracy).toBeGreaterThan(0.97);
    expect(await yard.models.rollback(CLASSIFIER, { why: 'a test' })).toEqual({ model: CLASSIFIER, version: 1, aliases: { champion: 1, previous: 2 } });
    expect(await yard.models.promote(CLASSIFIER, 2)).toEqual({ model: CLASSIFIER, version: 2, aliases: { champion: 2, previous: 1 } });
    await expect(yard.training.run('nope')).rejects.toMatchObject({ kind: 'run-not-found' });
  }, 150_000);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findMinioBinary } from '@switchyard/local-stack';
import { describeWith, startTestStack, until, type TestStack } from '@switchyard/test-kit';
import { loadDigits, type Digits } from './failures/digit-rows.js';
import { awaitEnd, predictDigits } from './failures/inference-client.js';
import { failingChecks } from './failures/readiness.js';
import { removableFolder, removableMinio, type RemovableStore } from './failures/removable-store.js';
import { awaitSuccess, readRun, retrainClassifier } from './failures/retrain.js';
import { awaitChampions } from './stack/await-champions.js';
import { firstStart } from './stack/first-start.js';
import { getJson, postJson } from './stack/http.js';
import { startSteadyTraffic } from './stack/steady-traffic.js';
import { MODELS } from './stack/trained-stack.js';

const minio = findMinioBinary() === undefined ? { available: false as const, reason: 'no MinIO: run "npm run setup" where Go is installed' } : { available: true as const };
/** An answer too large for Redis: it has to go to the object store. */
const MANY_ROWS = 20_000;

describe('a folder that goes away while the services run', () => storeThatGoesAway(removableFolder));
describeWith(minio, 'a MinIO that goes away while the services run', () => storeThatGoesAway(removableMinio));

function storeThatGoesAway(open: (trained: string) => Promise<RemovableStore>): void {
  let store: RemovableStore;
  let stack: TestStack;
  let digits: Digits;
  let cache: string;
  let run: string;
  let job: string;

  beforeAll(async () => {
    const { objectsDirectory } = await firstStart();
    store = await open(objectsDirectory);
    digits = await loadDigits(objectsDirectory, 20);
    // Of its own, so that a new worker finds no file that an earlier one has left.
    cache = await mkdtemp(join(tmpdir(), 'switchyard-model-cache-'));
    const { objectStoreUrl, env } = store;
    stack = await startTestStack({ objectStoreUrl, workers: 2, env: { LOG_LEVEL: 'warn', MODEL_CACHE_DIRECTORY: cache, ...env } });
    await awaitChampions(stack.httpUrl, MODELS, 30_000);
    await store.remove();
  }, 400_000);
  afterAll(async () => {
    await stack?.close();
    await store?.close();
    await rm(cache, { recursive: true, force: true });
  }, 60_000);

  it('is what every service names as the reason for not being ready', async () => {
    for (const service of stack.services) {
      expect(await failingChecks(service)).toEqual({ 'object-store': expect.stringMatching(store.complaint) });
      expect((await getJson(`${service.url}/health`)).status).toBe(200);
    }
  }, 30_000);

  it('costs no prediction: the models are in memory', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => predictDigits(stack.httpUrl, digits.rows(index, 3))));
    expect(answers).toEqual(answers.map(() => null));
  }, 30_000);

  it('makes a retraining wait, with the reason', async () => {
    run = await retrainClassifier(stack.httpUrl);
    const { code, error } = await readRun(stack.httpUrl, run);
    expect(code).toBe(503);
    expect(error).toMatch(store.complaint);
  }, 40_000);

  it('makes a large answer of an asynchronous job wait', async () => {
    const instances = Array.from({ length: MANY_ROWS }, (_, index) => [(index % 7) - 3, (index % 5) - 2]);
    const { status, body } = await postJson<{ id: string }>(`${stack.httpUrl}/jobs`, { model: 'simple_classifier', instances });
    expect(status).toBe(202);
    job = body.id;
    await until(async () => (await getJson<{ status: string }>(`${stack.httpUrl}/jobs/${job}`)).body.status === 'running', { deadlineMs: 10_000, describe: 'the job to run' });
  }, 30_000);

  it('keeps a new worker waiting, while the others serve', async () => {
    const traffic = startSteadyTraffic((turn) => predictDigits(stack.httpUrl, digits.rows(turn, 2)));
    const [killed] = stack.workers;
    await rm(cache, { recursive: true });
    await killed?.kill();
    const triedBoth = /Version 1 of "mnist" is not ready: The .+\. Version 1 of "simple_classifier" is not ready: The .+\./;
    await until(async () => triedBoth.test((await failingChecks({ url: killed?.url ?? '' }))['models'] ?? ''), { deadlineMs: 40_000, describe: 'the new worker to try to load its models' });
    expect((await traffic.stop()).problems).toEqual([]);
  }, 60_000);

  it('puts everything right by coming back', async () => {
    await store.restore();
    const restoredAtMs = performance.now();
    await Promise.all(stack.services.map((service) => service.ready(30_000)));
    process.stderr.write(`every service ready, the new worker included, ${seconds(performance.now() - restoredAtMs)} after the store was back\n`);
    const { status, result } = (await awaitEnd(stack.httpUrl, job, 60_000)) as { status: string; result: { predictions: unknown[] } | null };
    expect(status).toBe('succeeded');
    expect(result?.predictions).toHaveLength(MANY_ROWS);
    expect(await awaitSuccess(stack.httpUrl, run, 60_000)).toBe(2);
    process.stderr.write(`the run that waited is published ${seconds(performance.now() - restoredAtMs)} after the store was back\n`);
    await until(async () => (await getJson<{ model_version_status: { version: string }[] }>(`${stack.httpUrl}/v1/models/simple_classifier`)).body.model_version_status.some(({ version }) => version === '2'), {
      deadlineMs: 10_000, describe: 'version 2 to be served',
    });
  }, 120_000);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

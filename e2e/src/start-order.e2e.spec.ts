import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRedis, type RedisProcess, type ServiceName } from '@switchyard/local-stack';
import { until } from '@switchyard/test-kit';
import { loadDigits, type Digits } from './failures/digit-rows.js';
import { launchService, type ExtraService } from './failures/extra-service.js';
import { predictDigits } from './failures/inference-client.js';
import { readMetric } from './failures/metrics.js';
import { failingChecks } from './failures/readiness.js';
import { connectGrpc } from './grpc/grpc-client.js';
import { firstStart } from './stack/first-start.js';
import { getJson, postJson } from './stack/http.js';

const NO_CATALOG = 'The catalog of models has not arrived yet.';
const POINT = { instances: [[1, 2]] };

let directory: string;
let redis: RedisProcess;
let digits: Digits;
let api: ExtraService;
let worker: ExtraService;
let trainer: ExtraService;
const started: ExtraService[] = [];

beforeAll(async () => {
  const { objectsDirectory } = await firstStart();
  digits = await loadDigits(objectsDirectory, 5);
  directory = await mkdtemp(join(tmpdir(), 'switchyard-start-order-'));
  await cp(join(objectsDirectory, 'models'), join(directory, 'objects', 'models'), { recursive: true });
  redis = await startRedis({ directory: join(directory, 'redis') });
  await redis.stop();
  [api, worker, trainer] = await Promise.all([launch('api'), launch('inference-worker'), launch('trainer')]);
}, 400_000);
afterAll(async () => {
  await Promise.all(started.map((service) => service.stop()));
  await redis?.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

async function launch(service: ServiceName): Promise<ExtraService> {
  const process = await launchService({ redisUrl: redis.url, objectStoreUrl: pathToFileURL(join(directory, 'objects')).href }, service);
  started.push(process);
  return process;
}

describe('services that are started before what they need', () => {
  it('are alive without Redis, say that it is missing, and tell callers to come back', async () => {
    for (const service of [api, worker, trainer]) {
      await until(async () => (await getJson(`${service.url}/health`)).status === 200, { deadlineMs: 30_000, describe: `${service.name} to be alive` });
      expect(await failingChecks(service)).toMatchObject({ redis: 'Redis cannot be reached.' });
    }
    expect(await predict()).toEqual({ status: 503, retryAfter: '1', error: 'The catalog of models has not arrived yet; please try again shortly.' });
  }, 60_000);

  it('wait for the first catalog when Redis has come, and do not deny a model before', async () => {
    await redis.restart();
    await trainer.ready(20_000);
    await until(async () => !('redis' in (await failingChecks(api))), { deadlineMs: 10_000, describe: 'the api to reach Redis' });
    expect(await failingChecks(api)).toEqual({ workers: NO_CATALOG });
    await until(async () => !('redis' in (await failingChecks(worker))), { deadlineMs: 10_000, describe: 'the worker to reach Redis' });
    expect(await failingChecks(worker)).toEqual({ models: NO_CATALOG });
    expect(await predict()).toMatchObject({ status: 503 });
    expect(await getJson(`${api.url}/v2/health/ready`)).toMatchObject({ status: 400, body: { ready: false } });
    expect(await getJson(`${api.url}/v2/models/simple_classifier/ready`)).toMatchObject({ status: 503, body: { error: expect.stringContaining('has not arrived yet') } });
    expect(await isReadyByGrpc()).toBe(false);
  }, 60_000);

  it('serve once the registry has come too, each the process that was started first', async () => {
    const registry = await launch('registry');
    await Promise.all([registry, api, worker, trainer].map((service) => service.ready(30_000)));
    expect(await predictDigits(api.url, digits.rows(0, 5))).toBeNull();
    expect(started.map((service) => service.isRunning)).toEqual([true, true, true, true]);
  }, 60_000);
});

describe('services that are asked to stop while Redis is away', () => {
  it('exit with 0 within seconds, their callers answered', async () => {
    await redis.stop();
    const answer = predict();
    await until(async () => (await readMetric(api.url, 'switchyard_rows_in_hand')) === 1, { deadlineMs: 10_000, describe: 'the api to have the request in hand' });
    const askedMs = performance.now();
    const exits = await Promise.all(started.map((service) => service.stop()));
    process.stderr.write(`every service gone ${((performance.now() - askedMs) / 1_000).toFixed(1)} s after SIGTERM without Redis\n`);
    expect(exits).toEqual(started.map(() => ({ code: 0, signal: null })));
    expect(performance.now() - askedMs).toBeLessThan(10_000);
    expect(await answer).toMatchObject({ status: 503 });
  }, 60_000);
});

async function isReadyByGrpc(): Promise<boolean> {
  const client = connectGrpc(api.grpcTarget);
  const { ready } = await client.call<{ ready: boolean }>('inference.GRPCInferenceService/ServerReady', {}).finally(() => client.close());
  return ready;
}

async function predict(): Promise<{ status: number; retryAfter: string | null; error: string }> {
  const { status, headers, body } = await postJson<{ error: string }>(`${api.url}/v1/models/simple_classifier:predict`, POINT);
  return { status, retryAfter: headers.get('retry-after'), error: body.error };
}

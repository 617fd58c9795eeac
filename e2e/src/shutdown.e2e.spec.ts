import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { until } from '@switchyard/test-kit';
import { loadDigits, type Digits } from './failures/digit-rows.js';
import { startExtraService, type ExtraService } from './failures/extra-service.js';
import { awaitJobs, predictDigits, submitDigits } from './failures/inference-client.js';
import { readMetric } from './failures/metrics.js';
import { descendantsOf, isAlive } from './failures/process-tree.js';
import { watchQueue, type QueueWatch } from './failures/queue-watch.js';
import { inParallel, postJson } from './stack/http.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const REQUESTS = 40;
const ROWS = 3;
/** The services' DRAIN_TIMEOUT_MS. */
const DRAIN_TIMEOUT_MS = 25_000;

let stack: TrainedStack;
let digits: Digits;
let watch: QueueWatch;
const extras: ExtraService[] = [];

beforeAll(async () => {
  stack = await startTrainedStack({ env: { LOG_LEVEL: 'warn' } });
  digits = await loadDigits(stack.objectsDirectory, 50);
  watch = await watchQueue(stack.redisUrl, 'mnist');
}, 400_000);
afterAll(async () => {
  await Promise.all(extras.map((extra) => extra.kill()));
  await watch?.close();
  await stack?.close();
}, 60_000);

afterEach(async () => {
  if (watch.redis.status === 'ready') await watch.resume();
});

async function startExtra(service: 'api' | 'inference-worker'): Promise<ExtraService> {
  const extra = await startExtraService(stack, service);
  extras.push(extra);
  return extra;
}

describe('SIGTERM', () => {
  it('lets an api answer every request it has on both its ports, take no new one, and exit with 0', async () => {
    const api = await startExtra('api');
    await watch.pause();
    const answers = inParallel(Array.from({ length: REQUESTS }), REQUESTS, (_, index) => predictDigits(index % 2 === 0 ? api.url : api.tfServingUrl, digits.rows(index, ROWS)));
    await until(async () => (await readMetric(api.url, 'switchyard_rows_in_hand')) === REQUESTS * ROWS, { deadlineMs: 10_000, describe: 'the api to have every request in hand' });
    const askedMs = performance.now();
    const exit = api.stop();
    for (const url of [api.url, api.tfServingUrl]) {
      await until(() => refusesConnections(url), { deadlineMs: 10_000, describe: `${url} to refuse connections` });
    }
    await watch.resume();
    expect((await answers).filter((problem) => problem !== null)).toEqual([]);
    expect(await exit).toEqual({ code: 0, signal: null });
    const tookMs = performance.now() - askedMs;
    process.stderr.write(`api with ${REQUESTS} requests in hand gone ${(tookMs / 1_000).toFixed(1)} s after SIGTERM\n`);
    expect(tookMs).toBeLessThan(DRAIN_TIMEOUT_MS);
  }, 60_000);

  it('lets a worker finish the jobs in its hands, so that none is run twice and no request fails', async () => {
    const worker = await startExtra('inference-worker');
    await watch.pause();
    const answers = inParallel(Array.from({ length: 300 }), 64, (_, index) => predictDigits(stack.httpUrl, digits.rows(index, 1 + (index % 20))));
    const jobs = inParallel(Array.from({ length: 300 }), 16, (_, index) => submitDigits(stack.httpUrl, digits.rows(index, 8), `shutdown-${index}`));
    await until(async () => (await watch.jobsWaiting()) >= 150, { deadlineMs: 20_000, describe: 'jobs to wait' });
    await watch.resume();
    await until(async () => (await watch.jobsInHand()).size === 2, { deadlineMs: 5_000, describe: 'both workers to have jobs in hand' });
    expect(await worker.stop()).toEqual({ code: 0, signal: null });
    expect((await answers).filter((problem) => problem !== null)).toEqual([]);
    expect(await awaitJobs(stack.httpUrl, await jobs, 20_000)).toEqual([]);
    await until(async () => Object.values(await watch.leftovers()).every((count) => count === 0), { deadlineMs: 20_000, describe: 'every job to be done' });
    expect(watch.stalledJobs()).toBe(0);
  }, 90_000);

  it('to all leaves no process behind, in the middle of a training too, whose run goes back to the queue', async () => {
    const { body } = await postJson<{ run_id: string }>(`${stack.httpUrl}/retrain`, { model: 'mnist' });
    const record = join(stack.objectsDirectory, 'runs', body.run_id, 'run.json');
    const readRun = async (): Promise<{ status: string; step: string }> => JSON.parse(await readFile(record, 'utf8')) as { status: string; step: string };
    await until(async () => (await readRun()).step === 'fit', { deadlineMs: 40_000, describe: 'the training to fit' });
    const services = stack.services.map(({ pid }) => pid);
    const children = await descendantsOf(services);
    expect(children.length).toBeGreaterThan(0); // the fit, at least
    await watch.close();
    const askedMs = performance.now();
    await stack.stop();
    process.stderr.write(`everything gone ${((performance.now() - askedMs) / 1_000).toFixed(1)} s after SIGTERM, in the middle of a training\n`);
    expect([...services, ...children].filter(isAlive)).toEqual([]);
    expect(await readRun()).toMatchObject({ status: 'queued' });
  }, 120_000);
});

function refusesConnections(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('error', () => resolve(true));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { Queue } from 'bullmq';
import { loadDigits, wrongRows, type Digits } from './failures/digit-rows.js';
import { freeze } from './failures/freeze.js';
import { awaitJobs, predictDigits, submitDigits } from './failures/inference-client.js';
import { watchQueue, type QueueWatch } from './failures/queue-watch.js';
import { getJson, inParallel, postJson } from './stack/http.js';
import { startSteadyTraffic } from './stack/steady-traffic.js';
import { startTrainedStack, type TrainedStack } from './stack/trained-stack.js';

const JOBS = 300;
/** What a caller waits for Redis, and some time for a busy machine. */
const LONGEST_WAIT_MS = 2_000 + 2_000;

let stack: TrainedStack;
let digits: Digits;
let watch: QueueWatch;
let pids: number[];

beforeAll(async () => {
  stack = await startTrainedStack({ workers: 2, env: { LOG_LEVEL: 'warn' } });
  digits = await loadDigits(stack.objectsDirectory, 50);
  watch = await watchQueue(stack.redisUrl, 'mnist');
  pids = stack.services.map(({ pid }) => pid);
}, 400_000);
afterAll(async () => {
  await watch?.close();
  await stack?.close();
}, 60_000);

afterEach(async () => {
  await until(servicesAreReady, { deadlineMs: 20_000, describe: 'every service to be ready again' });
  expect(stack.services.map(({ pid }) => pid)).toEqual(pids);
}, 30_000);

describe('jobs that wait while Redis is restarted', () => {
  const restarts: readonly (readonly [string, () => Promise<void>])[] = [
    ['in order', async () => stack.redis?.restart()],
    ['after a crash', crashRedis],
  ];

  it.each(restarts)('are all done afterwards (%s)', async (_, restart) => {
    const letGo = stack.workers.map(freeze);
    const jobs = await inParallel(Array.from({ length: JOBS }), 16, (_item, index) => submitDigits(stack.httpUrl, digits.rows(index, 1 + (index % 5))));
    await restart();
    for (const goOn of letGo) goOn();
    const backAtMs = performance.now();
    expect(await awaitJobs(stack.httpUrl, jobs, 30_000)).toEqual([]);
    process.stderr.write(`${JOBS} waiting jobs done ${seconds(performance.now() - backAtMs)} after Redis was back\n`);
    await expectNothingLeft();
  }, 90_000);
});

describe('sync requests while Redis is away', () => {
  it('are answered when it is back within two seconds', async () => {
    const traffic = startSteadyTraffic((turn) => predictDigits(stack.httpUrl, digits.rows(turn, 3)), 8);
    await stack.redis?.restart();
    await until(async () => (await predictDigits(stack.httpUrl, digits.rows(0, 1))) === null, { deadlineMs: 10_000 });
    const { answered, problems } = await traffic.stop();
    expect(problems).toEqual([]);
    expect(answered).toBeGreaterThanOrEqual(8); // what was under way on every lane, at least
  }, 30_000);

  it('are told to come back when it stays away, and never wait until their deadline', async () => {
    const refusals: string[] = [];
    const traffic = startSteadyTraffic(async (turn) => {
      const { refusal, problem } = await ask(turn);
      if (refusal !== null) refusals.push(refusal);
      return problem;
    }, 8);
    await stack.redis?.stop();
    await until(() => refusals.length >= 100, { deadlineMs: 10_000, describe: 'refusals' });
    const retrain = await postJson<{ error: unknown }>(`${stack.httpUrl}/retrain`, { model: 'mnist' });
    const job = await postJson<{ error: unknown }>(`${stack.httpUrl}/jobs`, { model: 'simple_classifier', instances: [[1, 2]] });
    await stack.redis?.restart();
    const backAtMs = performance.now();
    await until(async () => (await predictDigits(stack.httpUrl, digits.rows(0, 1))) === null, { deadlineMs: 10_000 });
    process.stderr.write(`predictions answered ${seconds(performance.now() - backAtMs)} after Redis was back\n`);
    expect((await traffic.stop()).problems).toEqual([]);
    expect(new Set(refusals)).toEqual(new Set(['The queue cannot be reached; please try again shortly.']));
    expect([retrain.status, job.status]).toEqual([503, 503]);
  }, 60_000);

  async function ask(turn: number): Promise<{ refusal: string | null; problem: string | null }> {
    const rows = digits.rows(turn, 1 + (turn % 5));
    const startedMs = performance.now();
    const { status, headers, body } = await postJson<{ error?: string; predictions?: unknown }>(`${stack.httpUrl}/v1/models/mnist:predict`, `{"instances":${rows.instances}}`);
    const tookMs = performance.now() - startedMs;
    if (tookMs > LONGEST_WAIT_MS) return { refusal: null, problem: `status ${status} after ${Math.round(tookMs)} ms` };
    if (status === 200) return { refusal: null, problem: wrongRows(body.predictions, rows.expected) };
    if (status === 503 && headers.get('retry-after') === '2') return { refusal: body.error ?? '', problem: null };
    return { refusal: null, problem: `status ${status}, retry-after ${headers.get('retry-after')}: ${JSON.stringify(body)}` };
  }
});

describe('a Redis that has lost everything', () => {
  it('is given back what the services need, while predictions go on', async () => {
    const traffic = startSteadyTraffic((turn) => predictDigits(stack.httpUrl, digits.rows(turn, 2)), 4);
    await watch.redis.flushall();
    const flushedAtMs = performance.now();
    await until(async () => (await watch.redis.exists('{switchyard}:catalog')) === 1, { deadlineMs: 10_000, describe: 'the catalog' });
    await until(async () => (await watch.redis.scard('{switchyard}:workers')) === 2, { deadlineMs: 10_000, describe: 'the leases of both workers' });
    process.stderr.write(`catalog and leases back ${seconds(performance.now() - flushedAtMs)} after FLUSHALL\n`);
    const { answered, problems } = await traffic.stop();
    expect(problems).toEqual([]);
    expect(answered).toBeGreaterThan(0);
  }, 40_000);

  it('has the schedules, the pipelines and the rule of one writer again', async () => {
    const options = { connection: watch.redis, prefix: '{switchyard}' };
    const [schedules, registry] = [new Queue('training-schedule', options), new Queue('registry', options)];
    await until(async () => (await schedules.getJobSchedulers()).length === 2, { deadlineMs: 20_000, describe: 'the schedules of both pipelines' });
    expect((await getJson<{ pipelines: unknown[] }>(`${stack.httpUrl}/pipelines`)).body.pipelines).toHaveLength(2);
    expect(await registry.getGlobalConcurrency()).toBe(1);
    await Promise.all([schedules.close(), registry.close()]);
  }, 40_000);
});

describe('the log of all this', () => {
  it('is one JSON object per line', () => {
    const isStructured = (line: string): boolean => line.startsWith('{"level":') && line.endsWith('}');
    expect(stack.lines.filter(({ source, line }) => source !== 'redis' && !isStructured(line))).toEqual([]);
  });
});

async function crashRedis(): Promise<void> {
  const restarts = (): number => stack.events.filter(({ kind, service }) => kind === 'restarted' && service === 'redis').length;
  const before = restarts();
  await stack.redis?.kill();
  await until(() => restarts() > before, { deadlineMs: 10_000, describe: 'Redis to be started again' });
}

async function servicesAreReady(): Promise<boolean> {
  const answers = await Promise.all(stack.services.map(({ url }) => getJson(`${url}/ready`)));
  return answers.every(({ status }) => status === 200);
}

async function expectNothingLeft(): Promise<void> {
  await until(async () => Object.values(await watch.leftovers()).every((count) => count === 0), { deadlineMs: 10_000 }).catch(async () => {
    expect(await watch.leftovers()).toEqual({});
  });
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

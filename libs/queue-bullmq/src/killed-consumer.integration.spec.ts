import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { InferenceJob, InferenceReply, InferRequest } from '@switchyard/inference';
import { createInMemoryObjectStore } from '@switchyard/object-store';
import { numericData, tensor } from '@switchyard/tensor';
import { testRedis, until, type TestRedis } from '@switchyard/test-kit';
import { Redis } from 'ioredis';
import { BullmqInferenceConsumer } from './bullmq-inference-consumer.js';
import { BullmqInferenceJobs } from './bullmq-inference-jobs.js';
import { BullmqInferenceQueue } from './bullmq-inference-queue.js';
import { JobRecords } from './job-records.js';
import { readRowsWaiting } from './rows-waiting.js';
import { DEADLY, ENDLESS, forkMortalConsumer, keepConsumerRunning } from './testing/mortal-consumer.js';

const DEADLINE_MS = 60_000;
let server: TestRedis;
let redis: Redis;
let queue: BullmqInferenceQueue;
let jobs: BullmqInferenceJobs;
let consumer: BullmqInferenceConsumer;
let model: string;

beforeAll(async () => {
  server = await testRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const options = { redis, prefix: server.prefix };
  const records = new JobRecords({ ...options, store: createInMemoryObjectStore(), resultTtlMs: DEADLINE_MS });
  queue = new BullmqInferenceQueue(options);
  jobs = new BullmqInferenceJobs({ ...options, records, maxJobRows: 128, maxJobBytes: 1_000_000 });
  consumer = new BullmqInferenceConsumer({ ...options, records });
});
afterAll(async () => {
  await consumer.close();
  await jobs.close();
  await queue.close();
  await redis.quit();
  await server.close();
});
beforeEach(() => {
  model = `m-${randomUUID()}`;
});
afterEach(async () => {
  expect((await readRowsWaiting({ redis, prefix: server.prefix, models: [model] })).get(model)).toBe(0);
});

/** Smaller inputs travel in the job, larger ones beside it. */
const LARGE = 10_000;
const inputsOf = (value: number, length = 1): InferenceJob['inputs'] => new Map([['x', tensor('float32', [1, length], new Float32Array(length).fill(value))]]);
const deadlineAtMs = (): number => Date.now() + DEADLINE_MS;
const request = (value: number, length = 1): Promise<InferenceReply> =>
  queue.request({ id: randomUUID(), model, version: 1, priority: 'interactive', rows: 1, entries: [{ requestId: 'r', rows: 1, deadlineAtMs: deadlineAtMs() }], inputs: inputsOf(value, length) });
const submit = async (value: number, length = 1): Promise<string> => {
  const order: InferRequest = { requestId: 'r', model, version: 1, rows: 1, priority: 'normal', deadlineAtMs: deadlineAtMs(), inputs: inputsOf(value, length) };
  return (await jobs.submit(order, 'row')).id;
};
const ended = (id: string) =>
  until(async () => {
    const state = await jobs.find(id);
    return state?.endedAtMs ? state : undefined;
  }, { deadlineMs: DEADLINE_MS, describe: `the end of job ${id}` });
const valueOf = ({ outputs }: InferenceReply): unknown => numericData(outputs.get('x') ?? tensor('float32', [0], []))[0];

describe('a consumer that is killed', () => {
  it('with jobs in hand leaves them to another one, which answers within ten seconds', async () => {
    const mortal = forkMortalConsumer(server, model);
    const taken = new Set<string>();
    mortal.on('message', (message) => taken.add((message as { taken: string }).taken));
    const replies = [request(ENDLESS), request(ENDLESS, LARGE)];
    const ids = [await submit(ENDLESS), await submit(ENDLESS, LARGE)];
    await until(() => taken.size === 4, { deadlineMs: 10_000, describe: 'all jobs to be taken' });
    mortal.kill('SIGKILL');
    await once(mortal, 'exit');
    const killedAtMs = performance.now();
    consumer.consume(model, (job) => Promise.resolve({ outputs: job.inputs, failures: [] }), { maxJobs: 4 });
    expect((await Promise.all(replies)).map(valueOf)).toEqual([ENDLESS, ENDLESS]);
    for (const id of ids) expect(await ended(id)).toMatchObject({ status: 'succeeded' });
    const tookMs = performance.now() - killedAtMs;
    process.stderr.write(`jobs of a killed consumer answered after ${(tookMs / 1_000).toFixed(1)} s\n`);
    expect(tookMs).toBeLessThan(10_000);
  }, 40_000);
});

describe('jobs that kill every consumer', () => {
  it('are given up with a clear error, sync and async, and no other job with them', async () => {
    const consumers = keepConsumerRunning(server, model);
    const deadly = request(DEADLY).then(() => null, (error: unknown) => error);
    const innocents = [1, 2, 3].map((value) => request(value));
    const [deadlyId, innocentId] = [await submit(DEADLY), await submit(4)];
    const together = await Promise.all([submit(5), submit(DEADLY), submit(6)]);
    const givenUp = {
      kind: 'engine-failed',
      message: expect.stringMatching(/^\d workers in turn have died while they worked on this job, the last on it alone; it is not tried again\.$/),
    };
    expect((await Promise.all(innocents)).map(valueOf)).toEqual([1, 2, 3]);
    expect(await ended(innocentId)).toMatchObject({ status: 'succeeded' });
    expect(await deadly).toMatchObject(givenUp);
    expect(await ended(deadlyId)).toMatchObject({ status: 'failed', reply: null, error: givenUp });
    const [before, deadlyToo, after] = await Promise.all(together.map(ended));
    expect([before?.status, after?.status]).toEqual(['succeeded', 'succeeded']);
    expect(deadlyToo).toMatchObject({ status: 'failed', reply: null, error: givenUp });
    expect(await consumers.stop()).toBeLessThanOrEqual(6);
  }, 120_000);
});

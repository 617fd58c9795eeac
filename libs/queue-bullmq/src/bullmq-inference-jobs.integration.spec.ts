import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InferenceJob, InferenceReply, InferRequest } from '@switchyard/inference';
import { createInMemoryObjectStore } from '@switchyard/object-store';
import { numericData, tensor } from '@switchyard/tensor';
import { testRedis, until, type TestRedis } from '@switchyard/test-kit';
import { Redis } from 'ioredis';
import { BullmqInferenceConsumer } from './bullmq-inference-consumer.js';
import { BullmqInferenceJobs } from './bullmq-inference-jobs.js';
import { JobRecords } from './job-records.js';
import { readRowsWaiting } from './rows-waiting.js';

const DEADLINE_MS = 10_000;
let server: TestRedis;
let redis: Redis;
let records: JobRecords;
let jobs: BullmqInferenceJobs;
let consumer: BullmqInferenceConsumer;

beforeAll(async () => {
  server = await testRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const options = { redis, prefix: server.prefix };
  records = new JobRecords({ ...options, store: createInMemoryObjectStore(), resultTtlMs: 60_000 });
  jobs = new BullmqInferenceJobs({ ...options, records });
  consumer = new BullmqInferenceConsumer({ ...options, records });
});

afterAll(async () => {
  await consumer.close();
  await jobs.close();
  await redis.quit();
  await server.close();
});

const request = (model: string, values: number[]): InferRequest => ({
  requestId: 'r', model, version: 1, rows: values.length, priority: 'normal', deadlineAtMs: Date.now() + 60_000,
  inputs: new Map([['x', tensor('float32', [values.length], Float32Array.from(values))]]),
});

const echo = (job: InferenceJob): Promise<InferenceReply> => Promise.resolve({ outputs: job.inputs, failures: [] });
const ended = (id: string) => until(async () => {
  const state = await jobs.find(id);
  return state !== null && state.endedAtMs !== null ? state : undefined;
}, { deadlineMs: DEADLINE_MS, describe: `the end of job ${id}` });

describe('asynchronous jobs', () => {
  it('go from queued to succeeded and keep their answer', async () => {
    const model = `m-${randomUUID()}`;
    const { id, status } = await jobs.submit(request(model, [1, 2]), 'row');
    expect(status).toBe('queued');
    expect((await readRowsWaiting(redis, server.prefix)).get(model)).toBe(2);
    consumer.consume(model, echo, { maxJobs: 4 });
    const state = await ended(id);
    expect(state).toMatchObject({ status: 'succeeded', format: 'row', rows: 2, progress: 1, error: null });
    expect([...(numericData(state.reply?.outputs.get('x') ?? tensor('float32', [0], [])) as Float32Array)]).toEqual([1, 2]);
    expect((await readRowsWaiting(redis, server.prefix)).get(model)).toBe(0);
  });

  it('keep a large answer in the object store', async () => {
    const model = `m-${randomUUID()}`;
    consumer.consume(model, echo, { maxJobs: 1 });
    const { id } = await jobs.submit(request(model, Array.from({ length: 50_000 }, (_, index) => index)), 'row');
    const state = await ended(id);
    expect(numericData(state.reply?.outputs.get('x') ?? tensor('float32', [0], []))[49_999]).toBe(49_999);
    expect((await redis.hget(`${server.prefix}:job:${id}`, 'answer'))?.length).toBe(0);
  });

  it('can be cancelled while they wait, and then never run', async () => {
    const model = `m-${randomUUID()}`;
    const { id } = await jobs.submit(request(model, [1]), 'row');
    expect(await jobs.cancel(id)).toMatchObject({ status: 'canceled' });
    const ran: string[] = [];
    consumer.consume(model, (job) => (ran.push(job.id), echo(job)), { maxJobs: 1 });
    const { id: next } = await jobs.submit(request(model, [2]), 'row');
    await ended(next);
    expect(ran).toEqual([next]);
    expect((await readRowsWaiting(redis, server.prefix)).get(model)).toBe(0);
  });

  it('end exactly once, however many try', async () => {
    const { id } = await jobs.submit(request(`m-${randomUUID()}`, [1]), 'row');
    const reply = { reply: { outputs: new Map(), failures: [] } };
    const ends = await Promise.all([records.end(id, reply), records.cancel(id), records.end(id, reply), records.cancel(id)]);
    expect(ends.filter(Boolean)).toHaveLength(1);
    const { status } = await ended(id);
    await records.end(id, reply);
    expect((await jobs.cancel(id))?.status).toBe(status);
  });

  it('are unknown after their time, or when they never were', async () => {
    expect(await jobs.find(randomUUID())).toBeNull();
    expect(await jobs.cancel(randomUUID())).toBeNull();
  });
});

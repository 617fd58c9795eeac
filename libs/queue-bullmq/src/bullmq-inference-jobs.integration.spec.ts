import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import type { InferenceJob, InferenceReply, InferRequest, JobState } from '@switchyard/inference';
import { createInMemoryObjectStore } from '@switchyard/object-store';
import { numericData, tensor, type Tensor } from '@switchyard/tensor';
import { testRedis, until, type TestRedis } from '@switchyard/test-kit';
import { Redis } from 'ioredis';
import { BullmqInferenceConsumer } from './bullmq-inference-consumer.js';
import { BullmqInferenceJobs } from './bullmq-inference-jobs.js';
import { JobRecords } from './job-records.js';
import { RedisJobNotices } from './redis-job-notices.js';
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
  jobs = new BullmqInferenceJobs({ ...options, records, maxJobRows: 8, maxJobBytes: 1_000_000 });
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
    expect((await readRowsWaiting({ redis, prefix: server.prefix, models: [model] })).get(model)).toBe(2);
    consumer.consume(model, echo, { maxJobs: 4 });
    const state = await ended(id);
    expect(state).toMatchObject({ status: 'succeeded', format: 'row', rows: 2, progress: 1, error: null });
    expect([...(numericData(state.reply?.outputs.get('x') ?? tensor('float32', [0], [])) as Float32Array)]).toEqual([1, 2]);
    expect((await readRowsWaiting({ redis, prefix: server.prefix, models: [model] })).get(model)).toBe(0);
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
    expect((await readRowsWaiting({ redis, prefix: server.prefix, models: [model] })).get(model)).toBe(0);
  });

  it('end exactly once, however many try', async () => {
    const { id } = await jobs.submit(request(`m-${randomUUID()}`, [1]), 'row');
    const end = () => records.end([{ id, answer: { reply: { outputs: new Map(), failures: [] } } }]);
    const [, first, , second] = await Promise.all([end(), records.cancel(id), end(), records.cancel(id)]);
    const { status } = await ended(id);
    expect([first, second].filter(Boolean)).toHaveLength(status === 'canceled' ? 1 : 0);
    await end();
    expect(await records.start([id])).toEqual([false]);
    expect((await jobs.cancel(id))?.status).toBe(status);
  });

  it('are unknown after their time, or when they never were', async () => {
    expect(await jobs.find(randomUUID())).toBeNull();
    expect(await jobs.cancel(randomUUID())).toBeNull();
  });
});

describe('asynchronous jobs that are submitted at once', () => {
  const valuesOf = ({ reply }: JobState): number[] => [...(numericData(reply?.outputs.get('x') ?? tensor('float32', [0], [])) as Float32Array)];

  it('share jobs of the queue up to its size, and each gets its own answer', async () => {
    const model = `m-${randomUUID()}`;
    const states = await Promise.all([[1], [2, 3], [4], [5], [6, 7, 8], [9], [10]].map((values) => jobs.submit(request(model, values), 'row')));
    expect((await readRowsWaiting({ redis, prefix: server.prefix, models: [model] })).get(model)).toBe(10);
    const ran: number[] = [];
    consumer.consume(model, (job) => (ran.push(job.rows), echo(job)), { maxJobs: 1 });
    const answers = await Promise.all(states.map(({ id }) => ended(id)));
    expect(answers.map(valuesOf)).toEqual([[1], [2, 3], [4], [5], [6, 7, 8], [9], [10]]);
    expect(ran).toEqual([8, 2]);
  });

  it('end each by itself: one may be cancelled, come too late, or fail', async () => {
    const model = `m-${randomUUID()}`;
    const [late, canceled, failing, good] = await Promise.all([
      jobs.submit({ ...request(model, [1]), deadlineAtMs: Date.now() }, 'row'),
      ...[[2], [3, 4], [5, 6]].map((values) => jobs.submit(request(model, values), 'row')),
    ]) as [JobState, JobState, JobState, JobState];
    expect(await jobs.cancel(canceled.id)).toMatchObject({ status: 'canceled' });
    const ran: number[][] = [];
    const failSecond = (job: InferenceJob): Promise<InferenceReply> => {
      const values = [...(numericData(job.inputs.get('x') as Tensor) as Float32Array)];
      ran.push(values);
      const isLate = job.entries.every(({ deadlineAtMs }) => deadlineAtMs <= Date.now());
      return isLate ? Promise.reject(new ServingError('deadline-exceeded', 'too late')) : Promise.resolve({ outputs: job.inputs, failures: [{ from: 1, to: 2, error: new ServingError('engine-failed', 'poisoned') }] });
    };
    consumer.consume(model, failSecond, { maxJobs: 1 });
    expect(await ended(late.id)).toMatchObject({ status: 'failed', error: { kind: 'deadline-exceeded', message: 'too late' } });
    expect(await ended(failing.id)).toMatchObject({ status: 'failed', reply: { failures: [{ from: 1, to: 2, error: { kind: 'engine-failed', message: 'poisoned' } }] } });
    expect(valuesOf(await ended(good.id))).toEqual([5, 6]);
    expect(ran).toEqual([[3, 4, 5, 6], [1]]);
    expect((await jobs.find(canceled.id))?.status).toBe('canceled');
    expect(await redis.keys(`${server.prefix}:payload:*`)).toEqual([]);
  });

  it('never share one when model, version, priority or shape differ', async () => {
    const model = `m-${randomUUID()}`;
    const wide = new Map([['x', tensor('float32', [1, 2], Float32Array.of(7, 8))]]);
    await Promise.all([request(model, [1]), { ...request(model, [2]), version: 2 }, { ...request(model, [3]), priority: 'bulk' as const }, { ...request(model, [4]), inputs: wide }].map((each) => jobs.submit(each, 'row')));
    const ran: number[] = [];
    consumer.consume(model, (job) => (ran.push(job.rows), echo(job)), { maxJobs: 1 });
    await until(() => ran.length === 4, { deadlineMs: DEADLINE_MS, describe: 'four jobs' });
    expect(ran).toEqual([1, 1, 1, 1]);
  });
});

describe('a job submitted under an idempotency key', () => {
  const key = (digest = 'd1') => ({ key: randomUUID(), digest });

  it('is one job however often, and by however many at once, it is submitted', async () => {
    const model = `m-${randomUUID()}`;
    const once = key();
    const answers = await Promise.all(Array.from({ length: 8 }, () => jobs.submitOnce(request(model, [1, 2]), 'row', once)));
    expect(new Set(answers.map(({ state }) => state.id)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect((await readRowsWaiting({ redis, prefix: server.prefix, models: [model] })).get(model)).toBe(2);
    const ran: string[] = [];
    consumer.consume(model, (job) => (ran.push(job.id), echo(job)), { maxJobs: 4 });
    const { id } = answers[0]!.state;
    await ended(id);
    const again = await jobs.submitOnce(request(model, [1, 2]), 'row', once);
    expect(again).toMatchObject({ isNew: false, state: { id, status: 'succeeded' } });
    const { id: next } = await jobs.submit(request(model, [3]), 'row');
    await ended(next);
    expect(ran).toEqual([id, next]);
    expect((await readRowsWaiting({ redis, prefix: server.prefix, models: [model] })).get(model)).toBe(0);
  });

  it('is refused when the key stands for something else, or for a job that has expired', async () => {
    const model = `m-${randomUUID()}`;
    const once = key();
    const { state } = await jobs.submitOnce(request(model, [1]), 'row', once);
    await expect(jobs.submitOnce(request(model, [2]), 'row', { ...once, digest: 'd2' })).rejects.toMatchObject({ kind: 'conflict', message: `The idempotency key "${once.key}" was used for another submission; a new key is expected.` });
    await redis.del(`${server.prefix}:job:${state.id}`);
    await expect(jobs.submitOnce(request(model, [1]), 'row', once)).rejects.toMatchObject({ kind: 'conflict', message: expect.stringContaining('has expired') });
  });

  it('gets onto the queue by a repetition when its first submitter died before it was there', async () => {
    const model = `m-${randomUUID()}`;
    const once = key();
    const lost = { id: randomUUID(), model, version: 1, status: 'queued' as const, rows: 1, progress: 0, format: 'row', submittedAtMs: Date.now(), startedAtMs: null, endedAtMs: null, reply: null, error: null };
    await records.createOnce(lost, 60_000, once);
    consumer.consume(model, echo, { maxJobs: 1 });
    expect(await jobs.submitOnce(request(model, [7]), 'row', once)).toMatchObject({ isNew: false, state: { id: lost.id } });
    expect(await ended(lost.id)).toMatchObject({ status: 'succeeded' });
  });

  it('leaves nothing that lasts longer than a day', async () => {
    const once = key();
    await jobs.submitOnce(request(`m-${randomUUID()}`, [1]), 'row', once);
    const ttlMs = await redis.pttl(`${server.prefix}:idempotency:${once.key}`);
    expect(ttlMs).toBeGreaterThan(86_000_000);
    expect(ttlMs).toBeLessThanOrEqual(86_400_000);
  });
});

describe('notices of a job', () => {
  it('come after each change, to those who listen and for as long as they do', async () => {
    const notices = new RedisJobNotices(redis, server.prefix);
    try {
      const { id } = await jobs.submit(request(`m-${randomUUID()}`, [1]), 'row');
      const { id: other } = await jobs.submit(request(`m-${randomUUID()}`, [1]), 'row');
      const heard: string[] = [];
      const stop = await notices.listen(id, () => heard.push('first'));
      await notices.listen(id, () => heard.push('second'));
      await records.start([id]);
      await until(() => heard.length === 2, { deadlineMs: DEADLINE_MS, describe: 'both to hear of the start' });
      stop();
      await jobs.cancel(other);
      await records.end([{ id, answer: { reply: { outputs: new Map(), failures: [] } } }]);
      await until(() => heard.length === 3, { deadlineMs: DEADLINE_MS, describe: 'the second one to hear of the end' });
      expect(heard).toEqual(['first', 'second', 'second']);
    } finally {
      await notices.close();
    }
  });
});

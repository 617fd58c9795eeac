import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pipelineSchema, type Pipeline, TRAINING_QUEUE } from '@switchyard/training';
import { testRedis, type TestRedis } from '@switchyard/test-kit';
import type { Pipelines } from './load-pipelines.js';
import { enqueueRun } from './run-queue.js';
import { SCHEDULE_QUEUE, reconcileSchedules } from './schedules.js';

let server: TestRedis;
beforeAll(async () => {
  server = await testRedis();
});
afterAll(() => server.close());

const connections: Redis[] = [];
const queues: Queue[] = [];
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
  for (const redis of connections.splice(0)) redis.disconnect();
  await server.flush();
});

/** As another trainer process has it: a connection and a queue of its own. */
function openQueue(name: string): Queue {
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection: redis, prefix: server.prefix });
  connections.push(redis);
  queues.push(queue);
  return queue;
}

describe('reconcileSchedules', () => {
  const both = pipelinesOf(pipeline('mnist', '0 2 * * 1'), pipeline('simple_classifier', '0 2 * * 0'));
  let first: Queue;
  let second: Queue;

  beforeEach(() => {
    first = openQueue(SCHEDULE_QUEUE);
    second = openQueue(SCHEDULE_QUEUE);
  });

  it('sets each schedule once when two trainers start together', async () => {
    await Promise.all([reconcileSchedules(first, both), reconcileSchedules(second, both)]);
    const schedulers = await first.getJobSchedulers();
    expect(schedulers.map(({ key, pattern, tz }) => ({ key, pattern, tz })).sort((a, b) => a.key.localeCompare(b.key))).toEqual([
      { key: 'pipeline-mnist', pattern: '0 2 * * 1', tz: 'UTC' },
      { key: 'pipeline-simple_classifier', pattern: '0 2 * * 0', tz: 'UTC' },
    ]);
    expect(await first.getDelayedCount()).toBe(2);
  });

  it('lets them fall due on Monday and on Sunday at 02:00 UTC', async () => {
    await reconcileSchedules(first, both);
    const due = new Map((await first.getJobSchedulers()).map(({ key, next }) => [key, new Date(next ?? 0)]));
    expect([due.get('pipeline-mnist')?.getUTCDay(), due.get('pipeline-mnist')?.getUTCHours(), due.get('pipeline-mnist')?.getUTCMinutes()]).toEqual([1, 2, 0]);
    expect([due.get('pipeline-simple_classifier')?.getUTCDay(), due.get('pipeline-simple_classifier')?.getUTCHours()]).toEqual([0, 2]);
  });

  it('touches nothing that is right already', async () => {
    expect(await reconcileSchedules(first, both)).toEqual({ set: 2, removed: 0 });
    expect(await reconcileSchedules(second, both)).toEqual({ set: 0, removed: 0 });
  });

  it('changes a schedule that was edited and removes that of a pipeline that is gone or has none any more', async () => {
    await reconcileSchedules(first, pipelinesOf(pipeline('mnist', '0 2 * * 1'), pipeline('gone', '0 3 * * *'), pipeline('idle', '0 4 * * *')));
    expect(await reconcileSchedules(second, pipelinesOf(pipeline('mnist', '30 5 * * *'), pipeline('idle', null)))).toEqual({ set: 1, removed: 2 });
    expect((await first.getJobSchedulers()).map(({ key, pattern }) => [key, pattern])).toEqual([['pipeline-mnist', '30 5 * * *']]);
    expect(await first.getDelayedCount()).toBe(1);
  });
});

describe('enqueueRun', () => {
  const job = { pipeline: 'mnist', trigger: 'first-start', requestedBy: 'trainer', overrides: {} } as const;

  it('queues one run of a pipeline however many trainers ask, and tells them all its id', async () => {
    const asked = Array.from({ length: 4 }, () => openQueue(TRAINING_QUEUE));
    const ids = await Promise.all(asked.map((queue) => enqueueRun(queue, job)));
    expect(new Set(ids).size).toBe(1);
    expect(await asked[0]?.getWaitingCount()).toBe(1);
  });

  it('queues runs of different pipelines side by side', async () => {
    const queue = openQueue(TRAINING_QUEUE);
    await enqueueRun(queue, job);
    await enqueueRun(queue, { ...job, pipeline: 'simple_classifier' });
    expect(await queue.getWaitingCount()).toBe(2);
  });
});

function pipeline(name: string, schedule: string | null): Pipeline {
  return pipelineSchema.parse({ name, model: name, dataset: 'mnist', trainer: 'mnist-cnn', epochs: 1, batchSize: 1, learningRate: 1, schedule });
}

function pipelinesOf(...pipelines: Pipeline[]): Pipelines {
  return new Map(pipelines.map((one) => [one.name, one]));
}

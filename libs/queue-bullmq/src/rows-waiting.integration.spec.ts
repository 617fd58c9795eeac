import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Priority } from '@switchyard/inference';
import { testRedis, type TestRedis } from '@switchyard/test-kit';
import { Redis } from 'ioredis';
import { ModelQueues } from './model-queues.js';
import { queueJobId } from './queue-job-id.js';
import { readRowsWaiting } from './rows-waiting.js';

let server: TestRedis;
let redis: Redis;
let queues: ModelQueues;

beforeAll(async () => {
  server = await testRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queues = new ModelQueues(redis, server.prefix);
});
afterAll(async () => {
  await queues.close();
  await redis.quit();
  await server.close();
});

const queueUp = (model: string, rowsOfJobs: readonly number[], priority: Priority = 'interactive', bullmqPriority = 0): Promise<unknown> =>
  Promise.all(
    rowsOfJobs.map((rows) =>
      queues.of({ model, priority }).add('predict', { model, rows, answerTo: { replies: 'nobody' } }, { jobId: queueJobId({ id: randomUUID(), rows }), priority: bullmqPriority }),
    ),
  );
const rowsWaiting = async (...models: string[]): Promise<unknown> => Object.fromEntries(await readRowsWaiting({ redis, prefix: server.prefix, models }));

describe('readRowsWaiting', () => {
  it('counts the rows of every job that waits, of each class, with a priority or without, model by model', async () => {
    const [mixed, plain, idle] = [`m-${randomUUID()}`, `m-${randomUUID()}`, `m-${randomUUID()}`];
    await queueUp(mixed, [1, 64]);
    await queueUp(mixed, [7], 'bulk', 10);
    await queueUp(mixed, [9], 'bulk');
    await queueUp(plain, [3]);
    expect(await rowsWaiting(mixed, plain, idle)).toEqual({ [mixed]: 81, [plain]: 3, [idle]: 0 });
    await Promise.all(queues.allOf(mixed).map((queue) => queue.drain()));
    expect(await rowsWaiting(mixed)).toEqual({ [mixed]: 0 });
  });

  it('extrapolates a long queue from its oldest jobs', async () => {
    const model = `m-${randomUUID()}`;
    await queueUp(model, Array.from({ length: 2_500 }, () => 4));
    expect(await rowsWaiting(model)).toEqual({ [model]: 10_000 });
  });

  it('knows nothing of no models', async () => {
    expect(await rowsWaiting()).toEqual({});
  });
});

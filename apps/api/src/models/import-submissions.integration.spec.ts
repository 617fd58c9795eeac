import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Queue } from 'bullmq';
import fastify, { type FastifyInstance } from 'fastify';
import { Redis } from 'ioredis';
import { systemClock } from '@switchyard/clock';
import { IMPORT_QUEUE, importJobOptions } from '@switchyard/model-import';
import { createInMemoryObjectStore, type ObjectStore } from '@switchyard/object-store';
import { testRedis, type TestRedis } from '@switchyard/test-kit';
import { registerBodyParsers } from '../http/body-parsers.js';
import { ImportSubmissions } from './import-submissions.js';

const MOST_WAITING = 50;

let server: TestRedis;
let redis: Redis;
let queue: Queue;
let store: ObjectStore;
let app: FastifyInstance;
let url: string;

beforeAll(async () => {
  server = await testRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  queue = new Queue(IMPORT_QUEUE, { connection: redis, prefix: server.prefix });
  store = createInMemoryObjectStore();
  const submissions = new ImportSubmissions({ store, queue, clock: systemClock, maxModelBytes: 1_000 });
  app = fastify();
  await registerBodyParsers(app, 10_000);
  app.post('/', (request) => submissions.submit('m', request));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await app.close();
  await queue.close();
  await redis.quit();
  await server.close();
});

async function submit(body: string | FormData): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(5_000) });
  return response.json();
}

describe('ImportSubmissions', () => {
  it.each(['jobs', 'runs/a', 'datasets/mnist/incoming', 'imports', 'JOBS/a', 'Imports'])('does not import from %s, where no models are', async (from) => {
    expect(await submit(JSON.stringify({ from }))).toMatchObject({ message: expect.stringMatching(/^".*" cannot be imported: ".*" holds no models\.$/) });
    expect(await queue.count()).toBe(0);
  });

  it('refuses more imports than may wait, and keeps nothing of them', async () => {
    for (let index = 0; index < MOST_WAITING - 1; index++) await queue.add('import', {}, importJobOptions(`i-${index}`));
    expect(await submit(JSON.stringify({ from: 'uploads/m' }))).toMatchObject({ model: 'm', status: 'queued' });
    const form = new FormData();
    form.append('file', new Blob(['x']), 'model.onnx');
    const kept = await keys();
    for (const body of [form, JSON.stringify({ from: 'uploads/m' })]) {
      expect(await submit(body)).toMatchObject({ message: `${MOST_WAITING} imports are waiting already; at most ${MOST_WAITING} are accepted.` });
    }
    expect([await queue.count(), await keys()]).toEqual([MOST_WAITING, kept]);
  });
});

async function keys(): Promise<string[]> {
  const found: string[] = [];
  for await (const key of store.list('')) found.push(key);
  return found;
}

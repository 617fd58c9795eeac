import { inferenceQueueConformance } from '@switchyard/inference/conformance';
import { createInMemoryObjectStore } from '@switchyard/object-store';
import { testRedis } from '@switchyard/test-kit';
import { Redis } from 'ioredis';
import { BullmqInferenceConsumer } from './bullmq-inference-consumer.js';
import { BullmqInferenceQueue } from './bullmq-inference-queue.js';
import { JobRecords } from './job-records.js';

inferenceQueueConformance('BullMQ', async () => {
  const server = await testRedis();
  const redis = new Redis(server.url, { maxRetriesPerRequest: null });
  const records = new JobRecords({ redis, prefix: server.prefix, store: createInMemoryObjectStore(), resultTtlMs: 60_000 });
  const opened: { close(): Promise<void> }[] = [];
  const opening = <T extends { close(): Promise<void> }>(thing: T): T => (opened.push(thing), thing);
  return {
    queue: () => opening(new BullmqInferenceQueue({ redis, prefix: server.prefix })),
    consumer: () => opening(new BullmqInferenceConsumer({ redis, prefix: server.prefix, records })),
    close: async () => {
      await Promise.all(opened.map((thing) => thing.close()));
      await redis.quit();
      await server.close();
    },
  };
});

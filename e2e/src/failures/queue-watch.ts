import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';

/** The default of QUEUE_PREFIX. */
const PREFIX = '{switchyard}';

/** A look behind the services, at what lies in Redis for one model: the queue of the first class, and that of all others. */
export interface QueueWatch {
  readonly redis: Redis;
  /** Workers take no more jobs. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Jobs that no worker has taken. */
  jobsWaiting(): Promise<number>;
  /** Jobs in hand, by the worker whose lock they carry. */
  jobsInHand(): Promise<ReadonlyMap<string, number>>;
  /** Jobs that were in hand of a worker that died, so far. */
  stalledJobs(): number;
  /** Everything that is still there of jobs: each figure is 0 when all are done. */
  leftovers(): Promise<Readonly<Record<string, number>>>;
  /** While Redis runs. Idempotent. */
  close(): Promise<void>;
}

export async function watchQueue(redisUrl: string, model: string): Promise<QueueWatch> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const names = [`inference.${model}`, `inference-later.${model}`];
  const queues = names.map((name) => new Queue(name, { connection: redis, prefix: PREFIX }));
  const events = names.map((name) => new QueueEvents(name, { connection: redis, prefix: PREFIX }));
  const stalled = new Set<string>();
  for (const each of queues) each.on('error', () => undefined); // all come back by themselves
  for (const each of events) {
    each.on('error', () => undefined);
    each.on('stalled', ({ jobId }) => stalled.add(jobId));
    await each.waitUntilReady();
  }
  let closing: Promise<void> | undefined;
  const closeOnce = async (): Promise<void> => {
    await Promise.all([...events, ...queues].map((each) => each.close()));
    redis.disconnect();
  };
  return {
    redis,
    async pause() {
      await Promise.all(queues.map((queue) => queue.pause()));
    },
    async resume() {
      await Promise.all(queues.map((queue) => queue.resume()));
    },
    async jobsWaiting() {
      const counts = await Promise.all(queues.map((queue) => queue.getJobCountByTypes('wait', 'prioritized')));
      return counts.reduce((sum, count) => sum + count, 0);
    },
    stalledJobs: () => stalled.size,
    async jobsInHand() {
      const locks = await Promise.all(queues.map((queue) => locksOf(redis, queue)));
      return countBy(locks.flat().flatMap((lock) => lock?.split(':')[0] ?? []));
    },
    async leftovers() {
      const counts = await Promise.all(queues.map(async (queue) => Object.entries(await queue.getJobCounts()).map(([state, count]) => [`${queue.name} ${state}`, count] as const)));
      return { ...Object.fromEntries(counts.flat()), payloads: await countKeys(redis, `${PREFIX}:payload:*`) };
    },
    close: () => (closing ??= closeOnce()),
  };
}

async function locksOf(redis: Redis, queue: Queue): Promise<(string | null)[]> {
  const ids = await redis.lrange(queue.toKey('active'), 0, -1);
  return ids.length === 0 ? [] : redis.mget(ids.map((id) => `${queue.toKey(id)}:lock`));
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

async function countKeys(redis: Redis, pattern: string): Promise<number> {
  let count = 0;
  for await (const keys of redis.scanStream({ match: pattern, count: 1_000 })) count += (keys as string[]).length;
  return count;
}

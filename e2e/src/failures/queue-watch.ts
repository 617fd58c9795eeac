import { Queue, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';

/** The default of QUEUE_PREFIX. */
const PREFIX = '{switchyard}';

/** A look behind the services, at what lies in Redis for one model. */
export interface QueueWatch {
  readonly redis: Redis;
  readonly queue: Queue;
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
  const queue = new Queue(`inference.${model}`, { connection: redis, prefix: PREFIX });
  const events = new QueueEvents(queue.name, { connection: redis, prefix: PREFIX });
  queue.on('error', () => undefined); // both come back by themselves
  events.on('error', () => undefined);
  const stalled = new Set<string>();
  events.on('stalled', ({ jobId }) => stalled.add(jobId));
  await events.waitUntilReady();
  let closing: Promise<void> | undefined;
  const closeOnce = async (): Promise<void> => {
    await events.close();
    await queue.close();
    redis.disconnect();
  };
  return {
    redis,
    queue,
    stalledJobs: () => stalled.size,
    async jobsInHand() {
      const ids = await redis.lrange(queue.toKey('active'), 0, -1);
      const locks = ids.length === 0 ? [] : await redis.mget(ids.map((id) => `${queue.toKey(id)}:lock`));
      return countBy(locks.flatMap((lock) => lock?.split(':')[0] ?? []));
    },
    async leftovers() {
      return { ...(await queue.getJobCounts()), payloads: await countKeys(redis, `${PREFIX}:payload:*`) };
    },
    close: () => (closing ??= closeOnce()),
  };
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

import type { Redis } from 'ioredis';
import { inferenceKeys } from './keys.js';
import { queueUnavailable } from './redis-reach.js';

/** Rows by model that no worker has taken yet; what workers are scaled on. @throws ServingError `queue-unavailable` at once while Redis is away. */
export async function readRowsWaiting(redis: Redis, prefix: string): Promise<ReadonlyMap<string, number>> {
  if (redis.status !== 'ready') throw queueUnavailable();
  const fields = await redis.hgetall(inferenceKeys(prefix).rowsWaiting);
  return new Map(Object.entries(fields).map(([model, rows]) => [model, Math.max(0, Number(rows))]));
}

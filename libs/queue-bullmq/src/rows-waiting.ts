import type { Redis } from 'ioredis';
import { inferenceKeys } from './keys.js';
import { queueUnavailable } from './redis-reach.js';
import { within } from './within.js';

/** Whoever asks for metrics, or for room, must not wait for a Redis that is going away. */
const TIMEOUT_MS = 1_000;

/** Rows by model that no worker has taken yet; what workers are scaled on. @throws ServingError `queue-unavailable` within a second while Redis is away. */
export async function readRowsWaiting(redis: Redis, prefix: string): Promise<ReadonlyMap<string, number>> {
  if (redis.status !== 'ready') throw queueUnavailable();
  const fields = await within(TIMEOUT_MS, redis.hgetall(inferenceKeys(prefix).rowsWaiting)).catch((cause: unknown) => {
    throw queueUnavailable(cause);
  });
  return new Map(Object.entries(fields).map(([model, rows]) => [model, Math.max(0, Number(rows))]));
}

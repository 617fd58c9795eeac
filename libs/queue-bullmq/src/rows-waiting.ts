import type { Redis } from 'ioredis';
import { inferenceKeys } from './keys.js';

/** Rows by model that no worker has taken yet; what workers are scaled on. */
export async function readRowsWaiting(redis: Redis, prefix: string): Promise<ReadonlyMap<string, number>> {
  const fields = await redis.hgetall(inferenceKeys(prefix).rowsWaiting);
  return new Map(Object.entries(fields).map(([model, rows]) => [model, Math.max(0, Number(rows))]));
}

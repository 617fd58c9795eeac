import type { Redis } from 'ioredis';
import { inferenceQueueNames } from './keys.js';
import { queueUnavailable } from './redis-reach.js';
import { within } from './within.js';

/** Whoever asks for metrics, or for room, must not wait for a Redis that is going away. */
const TIMEOUT_MS = 1_000;
/** Jobs of a queue whose ids are read; a longer queue is extrapolated from them, since Redis does nothing else meanwhile. */
const MAX_IDS = 2_000;

/** Rows of each queue: the sum of the numbers that its jobs' ids begin with. BullMQ keeps jobs with a priority apart. */
const SUM_ROWS = `
local function rowsOf(ids, jobs)
  local rows = 0
  for _, id in ipairs(ids) do rows = rows + (tonumber(string.match(id, '^%d+')) or 0) end
  return #ids < jobs and rows * jobs / #ids or rows
end
local sums = {}
for i = 1, #KEYS, 2 do
  local plain = rowsOf(redis.call('LRANGE', KEYS[i], -ARGV[1], -1), redis.call('LLEN', KEYS[i]))
  local prioritized = rowsOf(redis.call('ZRANGE', KEYS[i + 1], 0, ARGV[1] - 1), redis.call('ZCARD', KEYS[i + 1]))
  sums[#sums + 1] = math.floor(plain + prioritized + 0.5)
end
return sums`;

export interface RowsWaitingOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly models: readonly string[];
}

/**
 * Rows by model that no worker has taken yet; what workers are scaled on. Beyond 2,000 jobs of a model it is an estimate.
 * @throws ServingError `queue-unavailable` within a second while Redis is away.
 */
export async function readRowsWaiting({ redis, prefix, models }: RowsWaitingOptions): Promise<ReadonlyMap<string, number>> {
  if (redis.status !== 'ready') throw queueUnavailable();
  if (models.length === 0) return new Map();
  const queues = models.flatMap((model) => inferenceQueueNames(model).map((name) => ({ model, name })));
  const keys = queues.flatMap(({ name }) => ['wait', 'prioritized'].map((state) => `${prefix}:${name}:${state}`));
  const sums = await within(TIMEOUT_MS, redis.eval(SUM_ROWS, keys.length, ...keys, MAX_IDS)).catch((cause: unknown) => {
    throw queueUnavailable(cause);
  });
  const rows = new Map<string, number>();
  queues.forEach(({ model }, index) => rows.set(model, (rows.get(model) ?? 0) + ((sums as number[])[index] ?? 0)));
  return rows;
}

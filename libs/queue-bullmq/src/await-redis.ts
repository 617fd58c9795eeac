import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { ServingError } from '@switchyard/errors';

/** A restart of Redis takes about this long; who waits longer is told to come back. */
const GRACE_MS = 2_000;

/** Resolves when Redis can be reached. @throws ServingError `queue-unavailable` after two seconds without it. */
export async function awaitRedis(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await once(redis, 'ready', { signal: AbortSignal.timeout(GRACE_MS) }).catch((cause: unknown) => {
    throw queueUnavailable(cause);
  });
}

export function queueUnavailable(cause: unknown): ServingError {
  return new ServingError('queue-unavailable', 'The queue cannot be reached; please try again shortly.', { cause, retryAfterMs: 2_000 });
}

import type { Redis } from 'ioredis';

/** How long a connection that is being made may take. */
const CONNECT_TIMEOUT_MS = 1_000;

/** Whether Redis can be reached now, or within a second. */
export async function isReachable(redis: Redis): Promise<boolean> {
  if (redis.status === 'ready') return true;
  return new Promise((resolve) => {
    const settle = (isReady: boolean): void => {
      clearTimeout(timer);
      redis.off('ready', onReady);
      resolve(isReady);
    };
    const onReady = (): void => settle(true);
    const timer = setTimeout(() => settle(false), CONNECT_TIMEOUT_MS);
    redis.once('ready', onReady);
  });
}

import { Redis } from 'ioredis';
import type { Logger } from './logging.js';

const MAX_RECONNECT_DELAY_MS = 1_000;
/** Above every blocking read (BullMQ's last 10 s at most): a Redis that owes an answer for longer hangs, or the network between has gone. */
const SILENCE_TIMEOUT_MS = 15_000;

/**
 * One Redis connection that comes back by itself for as long as the process lives.
 * Commands issued while Redis is away wait for it; whoever issues them has a deadline of its own.
 */
export function connectRedis(url: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    enableReadyCheck: true,
    connectTimeout: 5_000,
    socketTimeout: SILENCE_TIMEOUT_MS,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_DELAY_MS),
  });
  redis.on('error', (error) => logger.debug({ err: error }, 'redis.error'));
  redis.on('close', () => logger.warn('redis.disconnected'));
  redis.on('ready', () => logger.info('redis.connected'));
  return redis;
}

/** Ends a connection without hanging when Redis is away. */
export async function closeRedis(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => redis.disconnect());
  else redis.disconnect();
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisBinary, startRedis } from '@switchyard/local-stack';
import { Redis } from 'ioredis';

const SCAN_COUNT = 1_000;

/** A real Redis for one spec file. Several files may share the server: every key must begin with `prefix`. */
export interface TestRedis {
  readonly url: string;
  /** In braces, as QUEUE_PREFIX wants it; different for every call. */
  readonly prefix: string;
  /** Deletes every key that begins with `prefix`. */
  flush(): Promise<void>;
  /** Deletes the keys and stops the server if it was started for this spec. Idempotent. */
  close(): Promise<void>;
}

/**
 * The server at TEST_REDIS_URL, which `npm test` starts once for the run; else a private one, stopped by `close`.
 *
 * @throws Error when there is neither a URL nor a Redis to start
 */
export async function testRedis(): Promise<TestRedis> {
  const server = await sharedOrPrivate();
  const prefix = `{test-${randomBytes(6).toString('hex')}}`;
  const redis = new Redis(server.url, { maxRetriesPerRequest: 3 });
  const flush = async (): Promise<void> => {
    // The braces are no pattern characters to SCAN.
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: SCAN_COUNT })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
  };
  let closing: Promise<void> | undefined;
  const closeOnce = async (): Promise<void> => {
    if (redis.status === 'ready') await flush();
    redis.disconnect();
    await server.stop();
  };
  return { url: server.url, prefix, flush, close: () => (closing ??= closeOnce()) };
}

async function sharedOrPrivate(): Promise<{ url: string; stop: () => Promise<void> }> {
  const shared = process.env['TEST_REDIS_URL'];
  if (shared) return { url: shared, stop: async () => undefined };
  if (findRedisBinary() === undefined) throw new Error('These tests need Redis: set TEST_REDIS_URL, or run "npm run setup".');
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-test-redis-'));
  const server = await startRedis({ directory });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

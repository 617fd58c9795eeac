import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { testRedis, type TestRedis } from './test-redis.js';

let mine: TestRedis;
let other: TestRedis;
let redis: Redis;
beforeAll(async () => {
  mine = await testRedis();
  other = await testRedis();
  redis = new Redis(mine.url);
});
afterAll(async () => {
  redis.disconnect();
  await Promise.all([mine.close(), other.close()]);
});

describe('testRedis', () => {
  it('flushes its own keys and nobody else’s', async () => {
    const kept = `${other.prefix}:kept`;
    await redis.mset(`${mine.prefix}:a`, '1', `${mine.prefix}:b`, '2', kept, '3');
    await mine.flush();
    expect(await redis.keys(`${mine.prefix}*`)).toEqual([]);
    expect(await redis.get(kept)).toBe('3');
    await redis.del(kept);
  });
});

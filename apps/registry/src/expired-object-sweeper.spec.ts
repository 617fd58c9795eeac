import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@switchyard/clock';
import { IMPORTS } from '@switchyard/model-import';
import { createInMemoryObjectStore, type ObjectStore } from '@switchyard/object-store';
import { createLogger } from '@switchyard/service-runtime';
import { ExpiredObjectSweeper } from './expired-object-sweeper.js';

const TTL_MS = 60_000;
const logger = createLogger('registry', 'silent');

let store: ObjectStore;
let clock: ManualClock;
let sweeper: ExpiredObjectSweeper;
beforeEach(() => {
  store = createInMemoryObjectStore();
  clock = new ManualClock(Date.now());
});
afterEach(() => sweeper.close());

async function keysOf(): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list('')) keys.push(key);
  return keys;
}

describe('ExpiredObjectSweeper', () => {
  it('deletes answers older than their time, and nothing else', async () => {
    for (const key of ['jobs/1/answer.frame', 'jobs/2/answer.frame', 'models/m/serving.json']) await store.put(key, Buffer.from('x'));
    sweeper = new ExpiredObjectSweeper({ store, prefix: 'jobs/', ttlMs: TTL_MS, clock, logger });
    expect(await sweeper.sweep()).toBe(0);
    clock.advance(2 * TTL_MS);
    expect(await sweeper.sweep()).toBe(2);
    expect(await keysOf()).toEqual(['models/m/serving.json']);
  });

  it('deletes records and files of imports whose time is over, also of those that died, and leaves what is fresh', async () => {
    for (const key of ['imports/1/import.json', 'imports/1/staged/0', 'imports/2/ready/onnx/model.onnx', 'models/m/serving.json']) await store.put(key, Buffer.from('x'));
    sweeper = new ExpiredObjectSweeper({ store, prefix: IMPORTS, ttlMs: TTL_MS, clock, logger });
    expect(await sweeper.sweep()).toBe(0);
    clock.advance(TTL_MS / 2);
    expect(await sweeper.sweep()).toBe(0);
    expect(await keysOf()).toHaveLength(4);
    clock.advance(2 * TTL_MS);
    expect(await sweeper.sweep()).toBe(3);
    expect(await keysOf()).toEqual(['models/m/serving.json']);
  });

  it('looks at a bounded number a pass, and goes on where it ended', async () => {
    const keys = Array.from({ length: 5 }, (_, index) => `jobs/${index}/answer.frame`);
    for (const key of keys) await store.put(key, Buffer.from('x'));
    sweeper = new ExpiredObjectSweeper({ store, prefix: 'jobs/', ttlMs: TTL_MS, clock, logger, maxLooksPerSweep: 2 });
    expect(await sweeper.sweep()).toBe(0); // looked at 0 and 1, still fresh
    clock.advance(2 * TTL_MS);
    expect(await sweeper.sweep()).toBe(2);
    expect(await keysOf()).toEqual([keys[0], keys[1], keys[4]]);
    expect(await sweeper.sweep()).toBe(1); // 4, and the end
    expect(await sweeper.sweep()).toBe(2); // 0 and 1 again
    expect(await keysOf()).toEqual([]);
  });

  it('ends a pass under way when it is closed', async () => {
    for (let index = 0; index < 100; index += 1) await store.put(`jobs/${index}/answer.frame`, Buffer.from('x'));
    clock.advance(2 * TTL_MS);
    sweeper = new ExpiredObjectSweeper({ store, prefix: 'jobs/', ttlMs: TTL_MS, clock, logger });
    await sweeper.close();
    expect((await keysOf()).length).toBeGreaterThan(90);
  });
});

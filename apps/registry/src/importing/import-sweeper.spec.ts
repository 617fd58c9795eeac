import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ManualClock } from '@switchyard/clock';
import { createInMemoryObjectStore, type ObjectStore } from '@switchyard/object-store';
import { createLogger } from '@switchyard/service-runtime';
import { ImportSweeper } from './import-sweeper.js';

const TTL_MS = 60_000;

let store: ObjectStore;
let clock: ManualClock;
let sweeper: ImportSweeper;
beforeEach(async () => {
  store = createInMemoryObjectStore();
  clock = new ManualClock(Date.now());
  for (const key of ['imports/1/import.json', 'imports/1/staged/0', 'imports/2/ready/onnx/model.onnx', 'models/m/serving.json']) await store.put(key, Buffer.from('x'));
  sweeper = new ImportSweeper({ store, ttlMs: TTL_MS, clock, logger: createLogger('registry', 'silent') });
});
afterEach(() => sweeper.close());

async function keysOf(): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list('')) keys.push(key);
  return keys;
}

describe('ImportSweeper', () => {
  it('deletes records and files of imports whose time is over, also of those that died, and nothing else', async () => {
    expect(await sweeper.sweep()).toBe(0);
    clock.advance(2 * TTL_MS);
    expect(await sweeper.sweep()).toBe(3);
    expect(await keysOf()).toEqual(['models/m/serving.json']);
  });

  it('leaves what is fresh', async () => {
    clock.advance(TTL_MS / 2);
    expect(await sweeper.sweep()).toBe(0);
    expect(await keysOf()).toHaveLength(4);
  });
});

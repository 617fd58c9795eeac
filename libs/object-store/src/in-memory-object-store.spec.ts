import { describe, expect, it } from '@jest/globals';
import { objectStoreConformance } from './conformance.js';
import { createInMemoryObjectStore } from './in-memory-object-store.js';
import { readObject } from './read-object.js';

objectStoreConformance({
  name: 'in memory',
  createStore: async () => ({ store: createInMemoryObjectStore(), close: async () => undefined }),
});

describe('InMemoryObjectStore', () => {
  it('keeps a copy: the caller may reuse its buffer', async () => {
    const store = createInMemoryObjectStore();
    const body = Buffer.from('first');
    await store.put('reused', body);
    body.write('later');
    expect((await readObject(store, 'reused'))?.toString()).toBe('first');
  });
});

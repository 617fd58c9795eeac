import { describe, expect, it } from '@jest/globals';
import { createInMemoryObjectStore } from './in-memory-object-store.js';
import { readJson, readObject, writeJson } from './read-object.js';

describe('readObject', () => {
  it('refuses an object larger than the caller has room for', async () => {
    const store = createInMemoryObjectStore();
    await store.put('large', Buffer.alloc(11));
    await expect(readObject(store, 'large', 10)).rejects.toMatchObject({ kind: 'payload-too-large', message: 'The object "large" is larger than 10 bytes.' });
  });
});

describe('readJson', () => {
  it('gives back what writeJson wrote, and null when there is nothing', async () => {
    const store = createInMemoryObjectStore();
    await writeJson(store, 'value.json', { a: [1, 2] });
    expect(await readJson(store, 'value.json')).toEqual({ a: [1, 2] });
    expect(await readJson(store, 'other.json')).toBeNull();
  });

  it('names the object that is not JSON', async () => {
    const store = createInMemoryObjectStore();
    await store.put('broken.json', Buffer.from('{'));
    await expect(readJson(store, 'broken.json')).rejects.toMatchObject({ kind: 'storage-unavailable', message: 'The object "broken.json" is not valid JSON.' });
  });
});

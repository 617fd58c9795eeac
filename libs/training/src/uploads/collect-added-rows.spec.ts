import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ServingError } from '@switchyard/errors';
import { createInMemoryObjectStore, type ObjectStore } from '@switchyard/object-store';
import { tensor } from '@switchyard/tensor';
import type { Dataset } from '../dataset.js';
import { encodeAddedRows, withAddedRows, type AddedRows } from './added-rows.js';
import { collectAddedRows, type PictureDecoder } from './collect-added-rows.js';
import { MAX_UPLOAD_PICTURES, newUploadId, type PictureUpload } from './picture-upload.js';
import { listUploads, pageUploads, removeUpload, storeUpload } from './upload-store.js';

/** A "picture" of this network is one byte. */
const decoder: PictureDecoder = {
  labels: ['low', 'high'],
  decode(file) {
    if (file.length !== 1) return Promise.reject(new ServingError('invalid-input', 'No picture.'));
    return Promise.resolve(tensor('float32', [1, 1], Float32Array.of(file[0]!)));
  },
};

const base: Dataset = {
  name: 'bytes', digest: 'a'.repeat(64), classes: 2,
  training: { inputs: tensor('float32', [2, 1], Float32Array.of(10, 200)), labels: tensor('int32', [2], Int32Array.of(0, 1)) },
  heldOut: { inputs: tensor('float32', [1, 1], Float32Array.of(40)), labels: tensor('int32', [1], Int32Array.of(0)) },
};

let store: ObjectStore;

beforeEach(() => {
  store = createInMemoryObjectStore();
});

function uploadOf(id: string, examples: readonly (readonly [file: Buffer, label: string])[]): [PictureUpload, Buffer[]] {
  const pictures = examples.map(([file, label], index) => ({
    file: `${String(index).padStart(4, '0')}.png`, filename: 'a.png', label, bytes: file.byteLength, sha256: createHash('sha256').update(file).digest('hex'),
  }));
  return [{ id, dataset: 'bytes', uploadedBy: 'ada', requestId: 'r-1', uploadedAt: '2026-01-05T02:00:00.000Z', pictures }, examples.map(([file]) => file)];
}

const collect = (signal = new AbortController().signal): Promise<AddedRows | null> => collectAddedRows({ store, dataset: 'bytes', decoder, signal });

describe('collectAddedRows', () => {
  it('finds nothing where nothing was uploaded', async () => {
    expect(await collect()).toBeNull();
  });

  it('gives the pictures of all uploads as rows, in the order of their ids, whichever came first', async () => {
    await storeUpload(store, ...uploadOf('2026-b', [[Buffer.of(3), 'low']]));
    await storeUpload(store, ...uploadOf('2026-a', [[Buffer.of(250), 'high'], [Buffer.of(1), 'low']]));
    expect(await collect()).toEqual({
      uploads: [{ id: '2026-a', rows: 2, leftOut: 0 }, { id: '2026-b', rows: 1, leftOut: 0 }],
      rows: { inputs: tensor('float32', [3, 1], Float32Array.of(250, 1, 3)), labels: tensor('int32', [3], Int32Array.of(1, 0, 0)) },
    });
  });

  it('leaves out and counts what is no picture, has another label, or is no longer what was uploaded', async () => {
    await storeUpload(store, ...uploadOf('2026-a', [[Buffer.of(1, 2), 'low'], [Buffer.of(5), 'middle'], [Buffer.of(6), 'low'], [Buffer.of(7), 'high'], [Buffer.of(8), 'high']]));
    await store.put('datasets/bytes/incoming/2026-a/0002.png', Buffer.of(99));
    await store.delete('datasets/bytes/incoming/2026-a/0003.png');
    expect(await collect()).toEqual({
      uploads: [{ id: '2026-a', rows: 1, leftOut: 4 }],
      rows: { inputs: tensor('float32', [1, 1], Float32Array.of(8)), labels: tensor('int32', [1], Int32Array.of(1)) },
    });
  });

  it('does not take a fault of the store for a bad picture', async () => {
    await storeUpload(store, ...uploadOf('2026-a', [[Buffer.of(1), 'low']]));
    const failing: PictureDecoder = { ...decoder, decode: () => Promise.reject(new ServingError('storage-unavailable', 'Away.')) };
    await expect(collectAddedRows({ store, dataset: 'bytes', decoder: failing, signal: new AbortController().signal })).rejects.toThrow('Away.');
  });

  it('stops when it is told to', async () => {
    await storeUpload(store, ...uploadOf('2026-a', [[Buffer.of(1), 'low']]));
    await expect(collect(AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

describe('storeUpload', () => {
  it('keeps all of it or nothing: an upload whose files do not all arrive leaves no trace', async () => {
    const [upload, files] = uploadOf('2026-a', [[Buffer.of(1), 'low'], [Buffer.of(2), 'low']]);
    const failing: ObjectStore = { ...withMethodsOf(store), put: (key, body) => (key.endsWith('0001.png') ? Promise.reject(new ServingError('storage-unavailable', 'Full.')) : store.put(key, body)) };
    await expect(storeUpload(failing, upload, files)).rejects.toThrow('Full.');
    expect(await keysOf(store)).toEqual([]);
  });

  it('does not count an upload without its record', async () => {
    await store.put('datasets/bytes/incoming/2026-a/0000.png', Buffer.of(1));
    expect(await listUploads(store, 'bytes')).toEqual([]);
  });

  it('takes no more pictures than a dataset may hold', async () => {
    const many = Array.from({ length: MAX_UPLOAD_PICTURES }, () => [Buffer.of(1), 'low'] as const);
    for (let upload = 10; upload < 30; upload++) await storeUpload(store, ...uploadOf(`2026-${upload}`, many));
    await expect(storeUpload(store, ...uploadOf('2026-x', [[Buffer.of(1), 'low']]))).rejects.toMatchObject({
      kind: 'conflict', message: 'The dataset "bytes" holds 20000 uploaded pictures; 1 more would exceed the 20000 that are kept.',
    });
  });
});

describe('pageUploads', () => {
  it('gives whole uploads in the order of their ids, a page at a time, also behind one that is gone', async () => {
    for (const id of ['2026-c', '2026-a', '2026-d', '2026-b']) await storeUpload(store, ...uploadOf(id, [[Buffer.of(1), 'low']]));
    await store.put('datasets/bytes/incoming/2026-bb/0000.png', Buffer.of(1));
    await storeUpload(store, { ...uploadOf('2026-e', [[Buffer.of(1), 'low']])[0], dataset: 'words' }, [Buffer.of(1)]);
    const page = async (after: string | null, limit: number): Promise<unknown> => {
      const { uploads, next } = await pageUploads(store, 'bytes', { after, limit });
      return [uploads.map(({ id }) => id), next];
    };
    expect(await page(null, 2)).toEqual([['2026-a', '2026-b'], '2026-b']);
    expect(await page('2026-b', 2)).toEqual([['2026-c', '2026-d'], null]);
    await removeUpload(store, 'bytes', '2026-b');
    expect(await page('2026-b', 1)).toEqual([['2026-c'], '2026-c']);
    expect(await page('2026-d', 1)).toEqual([[], null]);
  });
});

describe('removeUpload', () => {
  it('removes all of an upload and nothing else, so that the next run does without it', async () => {
    await storeUpload(store, ...uploadOf('2026-a', [[Buffer.of(3), 'low']]));
    await storeUpload(store, ...uploadOf('2026-aa', [[Buffer.of(4), 'high']]));
    expect(await removeUpload(store, 'bytes', '2026-a')).toBe(true);
    expect(await removeUpload(store, 'bytes', '2026-a')).toBe(false);
    expect((await collect())!.uploads).toEqual([{ id: '2026-aa', rows: 1, leftOut: 0 }]);
  });

  it('takes the record first, and what is left when it is called again', async () => {
    await storeUpload(store, ...uploadOf('2026-a', [[Buffer.of(3), 'low'], [Buffer.of(4), 'low']]));
    const failing: ObjectStore = { ...withMethodsOf(store), delete: (key) => (key.endsWith('0001.png') ? Promise.reject(new ServingError('storage-unavailable', 'Away.')) : store.delete(key)) };
    await expect(removeUpload(failing, 'bytes', '2026-a')).rejects.toThrow('Away.');
    expect(await listUploads(store, 'bytes')).toEqual([]);
    expect(await removeUpload(store, 'bytes', '2026-a')).toBe(true);
    expect(await keysOf(store)).toEqual([]);
  });
});

describe('newUploadId', () => {
  it('sorts by time, to the millisecond', () => {
    const ids = [1_767_578_400_000, 1_767_578_400_001, 1_767_578_401_000].map(newUploadId);
    expect(ids[0]).toMatch(/^20260105T020000000Z-[0-9a-f]{6}$/);
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('withAddedRows', () => {
  const added: AddedRows = {
    uploads: [{ id: '2026-a', rows: 1, leftOut: 0 }],
    rows: { inputs: tensor('float32', [1, 1], Float32Array.of(250)), labels: tensor('int32', [1], Int32Array.of(1)) },
  };

  it('puts the rows after the training rows and leaves the held-out ones alone', () => {
    const dataset = withAddedRows(base, encodeAddedRows(added));
    expect(dataset).toMatchObject({ name: 'bytes', classes: 2, heldOut: base.heldOut, uploads: added.uploads });
    expect(dataset.training).toEqual({ inputs: tensor('float32', [3, 1], Float32Array.of(10, 200, 250)), labels: tensor('int32', [3], Int32Array.of(0, 1, 1)) });
  });

  it('names the same content by the same digest, and any other by another', () => {
    const digestOf = (dataset: Dataset, rows: AddedRows): string => withAddedRows(dataset, encodeAddedRows(rows)).digest;
    const relabelled = { ...added, rows: { ...added.rows, labels: tensor('int32', [1], Int32Array.of(0)) } };
    const renamed = { ...added, uploads: [{ id: '2026-b', rows: 1, leftOut: 0 }] };
    const digests = [digestOf(base, added), digestOf(base, relabelled), digestOf(base, renamed), digestOf({ ...base, digest: 'b'.repeat(64) }, added), base.digest];
    expect(new Set(digests).size).toBe(5);
    expect(digestOf(base, added)).toBe(digests[0]);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses rows of another shape, and classes there are not', () => {
    const wide = { ...added, rows: { ...added.rows, inputs: tensor('float32', [1, 2], Float32Array.of(1, 2)) } };
    expect(() => withAddedRows(base, encodeAddedRows(wide))).toThrow('The uploaded pictures are float32[-1,2] to the network; the rows of the dataset "bytes" are float32[-1,1].');
    const strange = { ...added, rows: { ...added.rows, labels: tensor('int32', [1], Int32Array.of(2)) } };
    expect(() => withAddedRows(base, encodeAddedRows(strange))).toThrow('An uploaded picture is of class 2; the dataset "bytes" has 2 classes.');
  });
});

function withMethodsOf(real: ObjectStore): ObjectStore {
  return { put: (key, body) => real.put(key, body), open: (key) => real.open(key), stat: (key) => real.stat(key), list: (prefix) => real.list(prefix), delete: (key) => real.delete(key) };
}

async function keysOf(of: ObjectStore): Promise<string[]> {
  const found: string[] = [];
  for await (const key of of.list('')) found.push(key);
  return found;
}

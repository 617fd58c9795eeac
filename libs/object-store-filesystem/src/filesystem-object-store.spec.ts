import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readObject, type ObjectStore } from '@switchyard/object-store';
import { objectStoreConformance } from '@switchyard/object-store/conformance';
import { createFilesystemObjectStore } from './filesystem-object-store.js';

objectStoreConformance({
  name: 'folder',
  createStore: async () => {
    const directory = await mkdtemp(join(tmpdir(), 'switchyard-objects-'));
    return { store: createFilesystemObjectStore(directory), close: () => rm(directory, { recursive: true }) };
  },
});

let parent: string;
let root: string;
let store: ObjectStore;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'switchyard-objects-'));
  root = join(parent, 'objects');
  await mkdir(root);
  store = createFilesystemObjectStore(root);
});
afterEach(() => rm(parent, { recursive: true, force: true }));

async function keysOf(prefix = ''): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  return keys;
}

describe('FilesystemObjectStore', () => {
  it('leaves no file behind when a put breaks off', async () => {
    await expect(store.put('a/b', Readable.from(brokenOff()))).rejects.toMatchObject({ kind: 'storage-unavailable' });
    expect(await readdir(join(root, '~partial'))).toEqual([]);
  });

  it('lists no partial files and removes those a crash left behind, not those being written', async () => {
    const partial = join(root, '~partial');
    await mkdir(partial);
    const [left, fresh] = [join(partial, 'left-behind'), join(partial, 'being-written')];
    await Promise.all([writeFile(left, 'part'), writeFile(fresh, 'part')]);
    const twoHoursAgo = Date.now() / 1_000 - 7_200;
    await utimes(left, twoHoursAgo, twoHoursAgo);
    store = createFilesystemObjectStore(root);
    await store.put('object', Buffer.from('x'));
    expect(await readdir(partial)).toEqual(['being-written']);
    expect(await keysOf()).toEqual(['object']);
  });

  it('keeps serving the old object to whoever opened it before a replacement', async () => {
    await store.put('replaced', Buffer.from('old'));
    const opened = (await store.open('replaced'))!;
    await store.put('replaced', Buffer.from('new'));
    expect(await textOf(opened)).toBe('old');
  });

  it('removes folders that a delete left empty', async () => {
    await store.put('jobs/1/result', Buffer.from('x'));
    await store.put('jobs/2/result', Buffer.from('x'));
    await store.delete('jobs/1/result');
    expect(await readdir(join(root, 'jobs'))).toEqual(['2']);
    await store.delete('jobs/2/result');
    expect(await readdir(root)).toEqual(['~partial']);
  });

  it('refuses a key that is the folder of another object', async () => {
    await store.put('a', Buffer.from('x'));
    await expect(store.put('a/b', Buffer.from('x'))).rejects.toMatchObject({ kind: 'invalid-input' });
    await store.put('c/d', Buffer.from('x'));
    await expect(store.put('c', Buffer.from('x'))).rejects.toMatchObject({ kind: 'invalid-input' });
  });
});

describe('FilesystemObjectStore without its folder', () => {
  it('fails every call with a sentence that names no path, and works again when the folder is back', async () => {
    await store.put('kept', Buffer.from('x'));
    await rename(root, join(parent, 'away'));
    const calls = [() => store.put('new', Buffer.from('x')), () => store.open('kept'), () => store.stat('kept'), () => store.delete('kept'), () => keysOf()];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        kind: 'storage-unavailable',
        message: 'The folder of the object store is missing; it is used again as soon as it is back.',
      });
    }
    await rename(join(parent, 'away'), root);
    expect((await readObject(store, 'kept'))?.toString()).toBe('x');
    await store.put('new', Buffer.from('y'));
    expect(await keysOf()).toEqual(['kept', 'new']);
  });

  it('takes a file in its place for no folder, not for an empty one', async () => {
    await rm(root, { recursive: true });
    await writeFile(root, 'a file where the folder should be');
    const calls = [() => store.put('new', Buffer.from('x')), () => store.open('kept'), () => store.stat('kept'), () => store.delete('kept'), () => keysOf()];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ kind: 'storage-unavailable' });
  });

  it('starts without it, and does not put an empty one in its place', async () => {
    const unmounted = join(parent, 'unmounted');
    const early = createFilesystemObjectStore(unmounted);
    await expect(early.put('a', Buffer.from('x'))).rejects.toMatchObject({ kind: 'storage-unavailable' });
    await expect(early.open('a')).rejects.toMatchObject({ kind: 'storage-unavailable' });
    expect(await readdir(parent)).toEqual(['objects']);
    await mkdir(unmounted);
    await early.put('a', Buffer.from('x'));
    expect((await early.stat('a'))?.bytes).toBe(1);
  });
});

const fullDisk = smallDisk();
(fullDisk.available ? describe : describe.skip)(`FilesystemObjectStore on a full disk${fullDisk.available ? '' : ` (skipped: ${fullDisk.reason})`}`, () => {
  it('says so, keeps the old object, and takes objects again once there is space', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', root]);
    try {
      await store.put('kept', Buffer.alloc(100_000, 'a'));
      const full = { kind: 'storage-unavailable', message: 'The object store is full; it takes objects again once there is space.' };
      await expect(store.put('kept', Buffer.alloc(2_000_000, 'b'))).rejects.toMatchObject(full);
      await expect(store.put('streamed', Readable.from([Buffer.alloc(2_000_000)]))).rejects.toMatchObject(full);
      expect((await readObject(store, 'kept'))?.equals(Buffer.alloc(100_000, 'a'))).toBe(true);
      expect(await keysOf()).toEqual(['kept']);
      await store.put('small', Buffer.alloc(500_000));
      await expect(store.put('more', Buffer.alloc(600_000))).rejects.toMatchObject(full);
      await store.delete('small');
      await store.put('more', Buffer.alloc(600_000));
    } finally {
      execFileSync('umount', [root]);
    }
  });
});

/** Whether a file system of one megabyte can be had here; that takes root. */
function smallDisk(): { available: true } | { available: false; reason: string } {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return { available: false, reason: 'mounting a small disk takes root on Linux' };
  const probe = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return { available: true };
  } catch {
    return { available: false, reason: 'this container may not mount' };
  } finally {
    execFileSync('rmdir', [probe]);
  }
}

function* brokenOff(): Generator<Buffer> {
  yield Buffer.from('part');
  throw new Error('The other side hung up.');
}

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

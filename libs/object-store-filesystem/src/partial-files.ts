import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './storage-failure.js';

/** Objects being written lie here, on the disk of the objects, so that a rename puts them in place. No key can have this name. */
const FOLDER = '~partial';

/**
 * Other processes may be writing into the same folder. A write that gets on refreshes the time of its file;
 * one that has not for this long was left behind by a crash.
 */
const STALE_AFTER_MS = 60 * 60 * 1_000;

export interface PartialFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** A new empty file for an object on its way. Makes the folder when it is missing, never the store's root: that may be a mount gone missing. */
export async function openPartialFile(root: string): Promise<PartialFile> {
  const path = join(root, FOLDER, randomUUID());
  try {
    return { path, handle: await open(path, 'wx') };
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    await mkdir(join(root, FOLDER)).catch((failure: unknown) => {
      if (errorCode(failure) !== 'EEXIST') throw failure;
    });
    return { path, handle: await open(path, 'wx') };
  }
}

/** Removes what crashed writers left behind. Never fails: what cannot be removed now is in nobody's way. */
export async function removeStalePartialFiles(root: string, nowMs: number): Promise<void> {
  const folder = join(root, FOLDER);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: nowMs }));
    if (nowMs - mtimeMs > STALE_AFTER_MS) await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

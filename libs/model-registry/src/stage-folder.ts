import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ObjectStore } from '@switchyard/object-store';
import type { ModelFile } from './manifest.js';

/**
 * Copies every file of a local folder to `<under>/<folder>/<path>` in the store.
 * @returns the files as a manifest names them: `<folder>/<path>`, size and sha256, in order of path.
 */
export async function stageFolder(store: ObjectStore, directory: string, { under, folder }: { under: string; folder: string }): Promise<ModelFile[]> {
  const files: ModelFile[] = [];
  for (const path of await filesUnder(directory)) {
    const local = join(directory, path);
    const file = { path: `${folder}/${path.split(sep).join('/')}`, bytes: (await stat(local)).size, sha256: await sha256Of(local) };
    await store.put(`${under}/${file.path}`, createReadStream(local));
    files.push(file);
  }
  return files;
}

/** Deletes everything under a prefix. */
export async function deleteUnder(store: ObjectStore, prefix: string): Promise<void> {
  const keys: string[] = [];
  for await (const key of store.list(prefix)) keys.push(key);
  for (const key of keys) await store.delete(key);
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(directory, join(entry.parentPath, entry.name))).sort();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

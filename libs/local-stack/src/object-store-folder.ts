import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ServingError } from '@switchyard/errors';
import type { StackOptions } from './stack-options.js';

/**
 * The store the services will use: the chosen one, or the folder `objects`, which is made here. The services themselves never make
 * theirs: one that is missing when they start is a disk that is not mounted, and an empty one in its place would hide every model.
 *
 * @returns its URL
 * @throws ServingError `storage-unavailable` when a chosen folder does not exist
 */
export async function prepareObjectStore({ objectStoreUrl, directory }: StackOptions): Promise<string> {
  if (objectStoreUrl === undefined) {
    const folder = join(directory, 'objects');
    await mkdir(folder, { recursive: true });
    return pathToFileURL(folder).href;
  }
  if (objectStoreUrl.startsWith('file:')) await requireFolder(fileURLToPath(objectStoreUrl));
  return objectStoreUrl;
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (found?.isDirectory()) return;
  throw new ServingError('storage-unavailable', `OBJECT_STORE_URL names the folder ${folder}, which does not exist. Make it, or mount the disk it is on.`);
}

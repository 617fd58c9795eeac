import { rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, isMissing } from './storage-failure.js';

/**
 * Removes a file and the folders that are empty without it, up to `root`, which stays.
 * @returns false when there was no such file
 */
export async function removeFile(root: string, path: string): Promise<boolean> {
  try {
    await unlink(path);
  } catch (error) {
    // A folder is no object: Linux says EISDIR, macOS EPERM.
    if (isMissing(error) || errorCode(error) === 'EISDIR' || errorCode(error) === 'EPERM') return false;
    throw error;
  }
  await pruneEmptyFolders(root, dirname(path));
  return true;
}

/** rmdir refuses a folder that is not empty, so no look beforehand is needed, and a file put there meanwhile is safe. */
async function pruneEmptyFolders(root: string, folder: string): Promise<void> {
  for (let candidate = folder; candidate !== root; candidate = dirname(candidate)) {
    const removed = await rmdir(candidate).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

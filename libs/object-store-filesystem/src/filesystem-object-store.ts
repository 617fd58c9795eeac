import { open, opendir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { assertKeyPrefix, assertObjectKey, translateStreamErrors, type ObjectKey, type ObjectStat, type ObjectStore } from '@switchyard/object-store';
import { listKeys } from './list-keys.js';
import { removeStalePartialFiles } from './partial-files.js';
import { removeFile } from './remove-file.js';
import { isMissing, storageFailure } from './storage-failure.js';
import { writeAtomically } from './write-atomically.js';

/**
 * The store in a folder: an object is a file, a key its path. Several processes may use one folder at once.
 *
 * The folder is never made here: one that is missing is a disk that is not mounted, and an empty one in its place would hide what
 * comes back. Until then every call fails with `storage-unavailable`.
 */
export function createFilesystemObjectStore(directory: string): ObjectStore {
  return new FilesystemObjectStore(resolve(directory));
}

class FilesystemObjectStore implements ObjectStore {
  readonly #root: string;
  readonly #cleaned: Promise<void>;

  constructor(root: string) {
    this.#root = root;
    this.#cleaned = removeStalePartialFiles(root, Date.now());
  }

  async put(key: ObjectKey, body: Uint8Array | Readable): Promise<void> {
    try {
      assertObjectKey(key);
      await this.#cleaned;
      await writeAtomically(this.#root, this.#pathOf(key), body);
    } catch (error) {
      throw storageFailure(error);
    } finally {
      if (body instanceof Readable) body.destroy();
    }
  }

  async open(key: ObjectKey): Promise<Readable | null> {
    assertObjectKey(key);
    return this.#unlessMissing(() => openFile(this.#pathOf(key)));
  }

  async stat(key: ObjectKey): Promise<ObjectStat | null> {
    assertObjectKey(key);
    return this.#unlessMissing(async () => {
      const found = await stat(this.#pathOf(key));
      return found.isFile() ? { bytes: found.size, modifiedAtMs: found.mtimeMs } : null;
    });
  }

  async *list(prefix: string): AsyncGenerator<ObjectKey> {
    assertKeyPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    try {
      await this.#assertRoot();
      yield* listKeys(join(this.#root, folder), folder, prefix.slice(folder.length));
    } catch (error) {
      throw storageFailure(error);
    }
  }

  async delete(key: ObjectKey): Promise<void> {
    assertObjectKey(key);
    try {
      const removed = await removeFile(this.#root, this.#pathOf(key));
      if (!removed) await this.#assertRoot();
    } catch (error) {
      throw storageFailure(error);
    }
  }

  #pathOf(key: ObjectKey): string {
    return join(this.#root, key);
  }

  /** A missing file is an answer (null); a missing store is a failure. */
  async #unlessMissing<Found>(look: () => Promise<Found | null>): Promise<Found | null> {
    try {
      return await look().catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        await this.#assertRoot();
        return null;
      });
    } catch (error) {
      throw storageFailure(error);
    }
  }

  async #assertRoot(): Promise<void> {
    await (await opendir(this.#root)).close();
  }
}

/** The file from its beginning, as it is now: a replacement meanwhile changes nothing. Null for a folder. */
async function openFile(path: string): Promise<Readable | null> {
  const handle = await open(path, 'r');
  try {
    if ((await handle.stat()).isFile()) return translateStreamErrors(handle.createReadStream(), storageFailure);
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return null;
}

import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { Readable } from 'node:stream';
import { ServingError, toServingError } from '@switchyard/errors';
import { SOURCE_FAILED } from '@switchyard/object-store';
import { openPartialFile } from './partial-files.js';
import { errorCode } from './storage-failure.js';

/** A delete that prunes empty folders may remove the one just made, or being made; it takes as many deletes in the same instant to lose this race. */
const MAX_MOVES = 16;

/**
 * Makes `path` hold `body`, or leaves it untouched: the bytes are written aside and on disk (fsync) before a rename puts them in place,
 * and the rename is on disk before this resolves. Readers of the old file keep it.
 * @throws ServingError `invalid-input` when another object stands where the path needs a folder, or the other way round.
 */
export async function writeAtomically(root: string, path: string, body: Uint8Array | Readable): Promise<void> {
  const partial = await openPartialFile(root);
  try {
    await writeToDisk(partial.handle, body);
    await moveIntoPlace(partial.path, path).catch((error: unknown) => {
      throw isInTheWay(error) ? keyInTheWay(relative(root, path), error) : error;
    });
  } catch (error) {
    await rm(partial.path, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeToDisk(handle: FileHandle, body: Uint8Array | Readable): Promise<void> {
  try {
    // On a handle, writeFile goes on where the last one ended.
    if (body instanceof Readable) for await (const chunk of chunksOf(body)) await handle.writeFile(chunk);
    else await handle.writeFile(body);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Tells a source that broke off from a disk that did. */
async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (cause) {
    throw toServingError(cause, 'storage-unavailable', SOURCE_FAILED);
  }
}

async function moveIntoPlace(from: string, to: string): Promise<void> {
  const folder = dirname(to);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const firstMade = await mkdir(folder, { recursive: true });
      await rename(from, to);
      return await syncFolders(folder, firstMade === undefined ? folder : dirname(firstMade));
    } catch (error) {
      if (!isPruned(error) || attempt >= MAX_MOVES) throw error;
    }
  }
}

/** Node says ENOTDIR as well: of a folder that stood in its way and was gone when it looked what it was. If it is a file, it stays in the way. */
function isPruned(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}

/** A new name is on disk once the folder that holds it is; so for every folder that was made on the way. */
async function syncFolders(deepest: string, highest: string): Promise<void> {
  for (let folder = deepest; ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === highest) return;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isInTheWay(error: unknown): boolean {
  return ['ENOTDIR', 'EEXIST', 'EISDIR', 'ENOTEMPTY'].includes(errorCode(error) ?? '');
}

function keyInTheWay(key: string, cause: unknown): ServingError {
  return new ServingError('invalid-input', `The object "${key}" cannot be stored: no object's key may be the folder of another object.`, { cause });
}

import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ServingError } from '@switchyard/errors';
import type { ObjectStore } from '@switchyard/object-store';
import type { ImportRecord } from './import-record.js';
import { stagedKey } from './import-record.js';
import { ModelPaths } from './model-path.js';

export interface FetchOptions {
  /** Absolute path of the folder to write to. */
  readonly directory: string;
  /** Of all files together. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Brings an import's files to the local disk.
 * @returns how many and how large they are. @throws ServingError `invalid-input` when there are none or their paths are bad, `payload-too-large`
 */
export async function fetchFiles(store: ObjectStore, record: ImportRecord, { directory, maxBytes, signal }: FetchOptions): Promise<{ files: number; bytes: number }> {
  const paths = new ModelPaths();
  let [files, bytes] = [0, 0];
  for await (const { key, path } of locations(store, record)) {
    signal.throwIfAborted();
    paths.take(path);
    bytes += (await store.stat(key))?.bytes ?? 0;
    if (bytes > maxBytes) throw new ServingError('payload-too-large', `The model has more than the ${maxBytes} bytes that are accepted.`);
    const content = await store.open(key);
    if (content === null) throw new ServingError('invalid-input', `The file "${path}" of the import is gone; it was there when it was submitted.`);
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await pipeline(content, createWriteStream(join(directory, path)), { signal });
    files += 1;
  }
  if (files === 0) throw new ServingError('invalid-input', 'There are no files to import: the object store holds none under that key.');
  return { files, bytes };
}

async function* locations(store: ObjectStore, { id, source }: ImportRecord): AsyncGenerator<{ key: string; path: string }> {
  if (source.kind === 'staged') {
    for (const [index, { path }] of source.files.entries()) yield { key: stagedKey(id, index), path };
    return;
  }
  const from = source.from.replace(/\/$/, '');
  if ((await store.stat(from)) !== null) yield { key: from, path: basename(from) };
  else for await (const key of store.list(`${from}/`)) yield { key, path: key.slice(from.length + 1) };
}

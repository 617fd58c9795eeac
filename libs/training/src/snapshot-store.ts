import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { readObject, type ObjectStore } from '@switchyard/object-store';
import type { Dataset } from './dataset.js';
import { SNAPSHOT_FILES, SNAPSHOT_HEADER, decodeSnapshot, type SnapshotFile } from './dataset-snapshot.js';

/** Beyond any dataset the box comes with; a snapshot is read whole. */
const MAX_SNAPSHOT_FILE_BYTES = 2 * 1024 ** 3;

/** Which snapshot of which dataset: `datasets/<name>/<digest>/…`. */
export interface SnapshotId {
  readonly name: string;
  readonly digest: string;
}

/**
 * Copies a snapshot's files from a local folder into the store, once: the same digest is never written again.
 * The header goes last, so a copy that was cut short is repeated.
 * @returns whether anything was written.
 */
export async function storeSnapshot(store: ObjectStore, id: SnapshotId, directory: string): Promise<boolean> {
  if ((await store.stat(snapshotKey(id, SNAPSHOT_HEADER))) !== null) return false;
  for (const file of SNAPSHOT_FILES) await store.put(snapshotKey(id, file), createReadStream(join(directory, file)));
  return true;
}

/** The dataset as a run saw it, or null when there is no such snapshot. Holds all of it in memory: call it off a service's event loop. */
export async function readSnapshot(store: ObjectStore, id: SnapshotId): Promise<Dataset | null> {
  const files = new Map<SnapshotFile, Buffer>();
  for (const file of SNAPSHOT_FILES) {
    const bytes = await readObject(store, snapshotKey(id, file), MAX_SNAPSHOT_FILE_BYTES);
    if (bytes === null) return null;
    files.set(file, bytes);
  }
  return decodeSnapshot(files);
}

function snapshotKey({ name, digest }: SnapshotId, file: SnapshotFile): string {
  return `datasets/${name}/${digest}/${file}`;
}

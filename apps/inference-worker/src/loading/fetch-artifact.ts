import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServingError } from '@switchyard/errors';
import type { Artifact, Manifest, ModelFile } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';

/**
 * The files of one artifact on the local disk, checked against their digests; downloaded once, then kept.
 * A folder appears under its final name only when it is whole.
 * @returns absolute path of the folder. @throws ServingError `storage-unavailable`, or `model-invalid` when a file is missing or altered.
 */
export async function fetchArtifact(store: ObjectStore, manifest: Manifest, artifact: Artifact, cacheDirectory: string): Promise<string> {
  const directory = join(cacheDirectory, manifest.name, String(manifest.version), `${artifact.format}-${digestOf(artifact)}`);
  if (await exists(directory)) return directory;
  await mkdir(dirname(directory), { recursive: true });
  const partial = await mkdtemp(`${directory}.partial-`);
  try {
    for (const file of artifact.files) await fetchFile(store, manifest, file, join(partial, fileName(artifact, file)));
    await rename(partial, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another worker on this machine was faster
    });
    return directory;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function fetchFile(store: ObjectStore, manifest: Manifest, file: ModelFile, target: string): Promise<void> {
  const source = await store.open(`models/${manifest.name}/versions/${manifest.version}/${file.path}`);
  if (source === null) throw new ServingError('model-invalid', `The file "${file.path}" of model "${manifest.name}" version ${manifest.version} is missing from the object store.`);
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await mkdir(dirname(target), { recursive: true });
  await pipeline(source, hashing, createWriteStream(target));
  if (hash.digest('hex') !== file.sha256) {
    throw new ServingError('model-invalid', `The file "${file.path}" of model "${manifest.name}" version ${manifest.version} is not what was published: its digest differs.`);
  }
}

/** Files lie under `<format>/` in the version's folder; engines are given the folder of their format. */
function fileName(artifact: Artifact, file: ModelFile): string {
  return file.path.startsWith(`${artifact.format}/`) ? file.path.slice(artifact.format.length + 1) : file.path;
}

/** Part of the folder's name, so that a registry begun anew (version 1 again) never meets the files of the old one. */
function digestOf(artifact: Artifact): string {
  const digest = createHash('sha256');
  for (const file of artifact.files) digest.update(file.sha256);
  return digest.digest('hex').slice(0, 16);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}

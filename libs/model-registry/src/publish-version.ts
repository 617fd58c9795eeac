import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { ServingError } from '@switchyard/errors';
import { writeJson, type ObjectStore } from '@switchyard/object-store';
import type { Manifest, ModelFile, VersionDraft } from './manifest.js';
import { manifestKey, versionPrefix } from './registry-keys.js';

export interface PublishOptions {
  readonly model: string;
  readonly version: number;
  readonly draft: VersionDraft;
  /** Prefix of the object store under which the draft's files lie. */
  readonly stagedUnder: string;
  readonly createdAt: string;
}

/** Copies the files, each checked against its digest on the way, then writes the manifest: a version exists once its manifest does. */
export async function publishVersion(store: ObjectStore, { model, version, draft, stagedUnder, createdAt }: PublishOptions): Promise<Manifest> {
  const files = draft.artifacts.flatMap((artifact) => artifact.files);
  const prefix = versionPrefix(model, version);
  for (const file of files) await copyChecked(store, `${stagedUnder}/${file.path}`, `${prefix}${file.path}`, file);
  const manifest: Manifest = { ...draft, name: model, version, createdAt };
  await writeJson(store, manifestKey(model, version), manifest);
  return manifest;
}

/** A file that is not what the draft says fails before the store has it. @throws ServingError `model-invalid` */
async function copyChecked(store: ObjectStore, from: string, to: string, file: ModelFile): Promise<void> {
  const source = await store.open(from);
  if (source === null) throw new ServingError('model-invalid', `The file "${file.path}" is not where the publisher said it lies.`);
  await store.put(to, checked(source, file));
}

function checked(source: Readable, file: ModelFile): Readable {
  const hash = createHash('sha256');
  let bytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      done(null, chunk);
    },
    flush(done) {
      const isSame = bytes === file.bytes && hash.digest('hex') === file.sha256;
      done(isSame ? null : new ServingError('model-invalid', `The file "${file.path}" is not what the publisher described: its size or digest differs.`));
    },
  });
  source.once('error', (error) => check.destroy(error));
  return source.pipe(check);
}

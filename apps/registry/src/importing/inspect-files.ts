import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveKindOf, unpackArchive } from '@switchyard/archive-files';
import type { ModelInspector } from '@switchyard/engine';
import { findModel, type FoundModel } from '@switchyard/model-import';

export interface ReceivedFiles {
  /** Folder of the files as they were received. */
  readonly files: string;
  /** An absent folder, for what is unpacked. */
  readonly workspace: string;
  readonly maxModelBytes: number;
}

/** Unpacks a lone archive, finds the model and reads what it says of itself. @throws ServingError saying what is wrong with the files */
export async function inspectFiles({ files, workspace, maxModelBytes }: ReceivedFiles): Promise<FoundModel> {
  const entries = await readdir(files, { withFileTypes: true });
  const [only] = entries;
  const kind = entries.length === 1 && only?.isFile() ? await archiveKindOf(join(files, only.name)) : null;
  if (kind === null || only === undefined) return findModel(files, await openInspectors());
  await mkdir(workspace);
  await unpackArchive(join(files, only.name), kind, { directory: workspace, limits: { maxBytes: maxModelBytes } });
  return findModel(workspace, await openInspectors());
}

async function openInspectors(): Promise<ModelInspector[]> {
  const [{ createSavedModelInspector }, { createOnnxInspector }, { createTfjsInspector }] = await Promise.all([
    import('@switchyard/engine-tensorflow'), import('@switchyard/engine-onnx'), import('@switchyard/engine-wasm'),
  ]);
  return [createSavedModelInspector(), createOnnxInspector(), createTfjsInspector('tfjs-layers'), createTfjsInspector('tfjs-graph')];
}

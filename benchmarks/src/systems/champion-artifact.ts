import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelArtifact } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import { createModelRegistry, findModel, resolveVersion, type Manifest } from '@switchyard/model-registry';
import { createFilesystemObjectStore } from '@switchyard/object-store-filesystem';

/** The champion of a model in a folder that is an object store; null when there is none. */
export async function findChampion(objects: string, model: string): Promise<Manifest | null> {
  // To open a store is to make its folder.
  if (!existsSync(objects)) return null;
  const registry = createModelRegistry({ store: createFilesystemObjectStore(objects), now: () => Date.now() });
  try {
    return resolveVersion(findModel(await registry.readCatalog(), model), undefined);
  } catch (error) {
    if (error instanceof ServingError && ['model-not-found', 'model-not-ready'].includes(error.kind)) return null;
    throw error;
  }
}

/**
 * The champion's ONNX form where it lies: in a folder an object's key is its path.
 *
 * @throws ServingError `model-not-ready` without a champion, `model-invalid` when it has no ONNX form
 */
export async function championArtifact(objects: string, model: string): Promise<ModelArtifact> {
  const manifest = await findChampion(objects, model);
  if (manifest === null) throw new ServingError('model-not-ready', `There is no champion of "${model}" to measure.`);
  if (!manifest.artifacts.some(({ format }) => format === 'onnx')) {
    throw new ServingError('model-invalid', `Version ${manifest.version} of "${model}" has no ONNX form: ${manifest.compilation?.reason ?? 'it was published without one'}.`);
  }
  const directory = join(objects, 'models', model, 'versions', String(manifest.version), 'onnx');
  return { format: 'onnx', directory, signature: manifest.signature };
}

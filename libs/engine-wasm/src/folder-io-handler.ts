import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { io } from '@tensorflow/tfjs-core';
import { ServingError } from '@switchyard/errors';

/** Reads `model.json` and its weight shards from a folder: TensorFlow.js knows files only where tfjs-node is loaded. */
export function folderIoHandler(folder: string): io.IOHandler {
  return {
    async load() {
      const modelJson = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as io.ModelJSON;
      return await io.getModelArtifactsForJSON(modelJson, async (manifest) => [
        manifest.flatMap((group) => group.weights),
        await readShards(
          folder,
          manifest.flatMap((group) => group.paths),
        ),
      ]);
    },
  };
}

async function readShards(folder: string, paths: readonly string[]): Promise<ArrayBuffer> {
  const shards = await Promise.all(paths.map((path) => readFile(pathInside(folder, path))));
  return Uint8Array.from(Buffer.concat(shards)).buffer;
}

/** A model's own list of files must not lead out of its folder. @throws ServingError `model-invalid` */
function pathInside(folder: string, path: string): string {
  const resolved = join(folder, path);
  if (relative(folder, resolved).startsWith('..'))
    throw new ServingError('model-invalid', `The model lists the weight file "${path}", which is outside its folder.`);
  return resolved;
}

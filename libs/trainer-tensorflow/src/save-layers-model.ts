import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LayersModel, io } from '@tensorflow/tfjs';
import { ServingError } from '@switchyard/errors';
import type { TensorFlow } from './load-tensorflow.js';

const WEIGHTS_FILE = 'weights.bin';

/** Writes `model.json` and `weights.bin`, the form `tf.loadLayersModel` reads, with either build of TensorFlow.js (only the native one knows `file://`). */
export async function saveLayersModel(tf: TensorFlow, model: LayersModel, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await model.save(tf.io.withSaveHandler(async (artifacts) => {
    await writeArtifacts(artifacts, directory);
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  }));
}

async function writeArtifacts({ modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy }: io.ModelArtifacts, directory: string): Promise<void> {
  if (weightData === undefined || weightSpecs === undefined) throw new ServingError('model-invalid', 'The fitted model has no weights to save.');
  const weights = Buffer.concat([weightData].flat().map((part) => Buffer.from(part)));
  const manifest = { modelTopology, format, generatedBy, convertedBy, weightsManifest: [{ paths: [WEIGHTS_FILE], weights: weightSpecs }] };
  await writeFile(join(directory, WEIGHTS_FILE), weights);
  await writeFile(join(directory, 'model.json'), JSON.stringify(manifest));
}

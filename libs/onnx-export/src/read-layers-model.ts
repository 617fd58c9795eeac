import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { z } from 'zod';
import { decodeWeights, weightsManifestSchema, type NamedWeight, type WeightsGroup } from './decode-weights.js';
import { ExportRefusal } from './export-refusal.js';
import { inlineTopology, type LayerWeights } from './inline-topology.js';
import type { LayersModel, Weight } from './layers-model.js';

/** The parts of a tfjs model.json that the export reads; `modelTopology` holds Keras' JSON, sometimes one level deeper. */
const modelFileSchema = z.object({
  format: z.string().optional(),
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: weightsManifestSchema,
});

/**
 * Reads `model.json` and its weight shards, as tfjs' `model.save` and the Keras converter leave them in a folder.
 * @throws ServingError `model-invalid` when the files are missing, cut short or no layers model.
 * @throws ExportRefusal when the model is sound but of a form that the export does not know.
 */
export async function readLayersModel(directory: string): Promise<LayersModel> {
  const file = await readModelFile(directory);
  if (file.format === 'graph-model') throw new ExportRefusal('The model is a tfjs graph model; the ONNX export knows layers models only.');
  const groups = await Promise.all(file.weightsManifest.map((group) => readGroup(directory, group)));
  return inlineTopology(file.modelTopology['model_config'] ?? file.modelTopology, byLayer(groups.flat()));
}

async function readModelFile(directory: string): Promise<z.infer<typeof modelFileSchema>> {
  try {
    return modelFileSchema.parse(JSON.parse(await readFile(resolve(directory, 'model.json'), 'utf8')));
  } catch (cause) {
    throw new ServingError('model-invalid', 'The model has no readable "model.json" with "modelTopology" and "weightsManifest".', {
      cause,
    });
  }
}

async function readGroup(directory: string, group: WeightsGroup): Promise<readonly NamedWeight[]> {
  const shards = await Promise.all(group.paths.map((path) => readShard(directory, path)));
  return decodeWeights(group, shards.length === 1 && shards[0] !== undefined ? shards[0] : Buffer.concat(shards));
}

async function readShard(directory: string, path: string): Promise<Buffer> {
  const file = resolve(directory, path);
  if (!file.startsWith(resolve(directory) + sep)) {
    throw new ServingError('model-invalid', `The weight shard "${path}" lies outside the model's folder.`);
  }
  try {
    return await readFile(file);
  } catch (cause) {
    throw new ServingError('model-invalid', `The weight shard "${path}" that "model.json" names cannot be read.`, { cause });
  }
}

function byLayer(weights: readonly NamedWeight[]): LayerWeights {
  const layers = new Map<string, Map<string, Weight>>();
  for (const { layerName, weightName, weight } of weights) {
    const layer = layers.get(layerName) ?? new Map<string, Weight>();
    layers.set(layerName, layer.set(weightName, weight));
  }
  return layers;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedModel, ModelArtifact } from '@switchyard/engine';
import { createOnnxEngine } from '@switchyard/engine-onnx';
import { ServingError } from '@switchyard/errors';
import type { Manifest } from '@switchyard/model-registry';
import { startBenchStack } from '../systems/bench-stack.js';
import { championArtifact, findChampion } from '../systems/champion-artifact.js';
import { trainedObjects, type TrainedObjects } from '../systems/trained-objects.js';
import { importModel, type ModelToImport } from './import-model.js';
import { writePoolingModel } from './pooling-model.js';

/** A model that is served, and run here for the right answers. */
export interface BenchModel {
  readonly name: string;
  readonly manifest: Manifest;
  readonly artifact: ModelArtifact;
  readonly loaded: LoadedModel;
}

/** The models of the comparison. */
export interface BenchModels {
  /** An object store that holds them. */
  readonly objects: string;
  readonly mnist: BenchModel;
  readonly pooling: BenchModel;
  /** Only the peers have it. */
  readonly mobilenet: BenchModel | null;
  /** Removes the object store. Idempotent. */
  close(): Promise<void>;
}

export interface BenchModelsOptions {
  /** Where the peers were set up; their models are taken. Without it `mnist` is our own. */
  readonly peersDirectory: string | undefined;
  /** SWITCHYARD_HOME, absolute. */
  readonly home: string;
  readonly say: (line: string) => void;
}

/** As the peers' `preprocess.py`: bilinear to 224×224 whatever the proportions, pixels to [−1, 1]. */
const MOBILENET_PREPROCESSING = 'tf,resize=stretch';

/** Brings in the models to compare with, through the import that users have. @throws ServingError when one cannot be had */
export async function openBenchModels({ peersDirectory, home, say }: BenchModelsOptions): Promise<BenchModels> {
  const store = peersDirectory === undefined ? await trainedObjects(home, 'mnist', say) : await emptyObjects();
  const engine = createOnnxEngine();
  const close = async (): Promise<void> => {
    await engine.close();
    await store.remove();
  };
  const open = async (name: string): Promise<BenchModel> => {
    const manifest = await findChampion(store.objects, name);
    if (manifest === null) throw new ServingError('model-not-ready', `There is no champion of "${name}" after its import.`);
    const artifact = await championArtifact(store.objects, name);
    return { name, manifest, artifact, loaded: await engine.load(artifact) };
  };
  try {
    const foreign = peersDirectory === undefined ? [] : modelsOfPeers(peersDirectory);
    await importInto(store.objects, foreign, say);
    const mobilenet = peersDirectory === undefined ? null : await open('mobilenet');
    return { objects: store.objects, mnist: await open('mnist'), pooling: await open('pooling'), mobilenet, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function modelsOfPeers(directory: string): ModelToImport[] {
  const file = (name: string): Record<string, string> => ({ 'model.onnx': join(directory, 'models', name, 'model.onnx') });
  return [
    { name: 'mnist', files: file('mnist') },
    { name: 'mobilenet', files: file('mobilenet'), preprocess: MOBILENET_PREPROCESSING },
  ];
}

async function emptyObjects(): Promise<TrainedObjects> {
  const objects = await mkdtemp(join(tmpdir(), 'switchyard-bench-imported-'));
  return { objects, remove: () => rm(objects, { recursive: true, force: true }) };
}

async function importInto(objects: string, foreign: readonly ModelToImport[], say: (line: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-bench-pooling-'));
  try {
    const models = [...foreign, { name: 'pooling', files: await writePoolingModel(folder) }];
    say(`Importing ${models.map(({ name }) => name).join(', ')} …`);
    const stack = await startBenchStack({ objects, pipelines: [] });
    try {
      for (const model of models) await importModel(stack.httpUrl, model);
    } finally {
      await stack.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

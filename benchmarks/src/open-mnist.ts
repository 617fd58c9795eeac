import { createOnnxEngine } from '@switchyard/engine-onnx';
import type { ModelArtifact } from '@switchyard/engine';
import { wireFormat, type FormatName } from './formats/wire-formats.js';
import { championArtifact } from './systems/champion-artifact.js';
import { trainedObjects } from './systems/trained-objects.js';
import { mnistRows } from './workloads/mnist-rows.js';
import type { Workload } from './workloads/workload.js';

export const MNIST = 'mnist';

/** The trained model to measure with, and the requests for it. */
export interface OpenMnist {
  /** An object store that holds it, free to be written to. */
  readonly objects: string;
  readonly artifact: ModelArtifact;
  workload(options: { rowsPerRequest: number; requests: number; format?: FormatName }): Promise<Workload>;
  /** Removes the object store. Idempotent. */
  close(): Promise<void>;
}

/** @param home SWITCHYARD_HOME, absolute. @throws ServingError when the model cannot be trained */
export async function openMnist(home: string, say?: (line: string) => void): Promise<OpenMnist> {
  const trained = await trainedObjects(home, MNIST, say);
  const engine = createOnnxEngine();
  try {
    const artifact = await championArtifact(trained.objects, MNIST);
    const model = await engine.load(artifact);
    return {
      objects: trained.objects,
      artifact,
      workload: ({ format = 'tf-serving-json', ...options }) => mnistRows({ model, ...options, format: wireFormat(format, { name: MNIST, inputName: model.signature.inputs[0]?.name ?? '' }) }),
      close: async () => {
        await engine.close();
        await trained.remove();
      },
    };
  } catch (error) {
    await engine.close();
    await trained.remove();
    throw error;
  }
}

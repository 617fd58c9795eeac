import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awaitModel } from './await-model.js';
import { startBenchStack } from './bench-stack.js';
import { findChampion } from './champion-artifact.js';

const TRAINING_DEADLINE_MS = 15 * 60_000;

/** A copy of an object store that holds a trained model. */
export interface TrainedObjects {
  /** The folder. */
  readonly objects: string;
  /** Removes it. Idempotent. */
  remove(): Promise<void>;
}

/**
 * An object store with a champion of the model, free to be written to: a copy of what `npm start` trained here, or of what an earlier
 * call trained; else the model's pipeline is run now, for real, and kept for the next call.
 *
 * @param home SWITCHYARD_HOME, absolute
 * @throws ServingError when the model cannot be trained
 */
export async function trainedObjects(home: string, model: string, say: (line: string) => void = () => undefined): Promise<TrainedObjects> {
  const kept = join(home, 'bench', 'objects');
  const trained = (await hasChampion(join(home, 'objects'), model)) ?? (await hasChampion(kept, model)) ?? (await train(kept, model, say));
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-bench-objects-'));
  const objects = join(folder, 'objects');
  // Only the model: datasets and runs are not served.
  await cp(join(trained, 'models', model), join(objects, 'models', model), { recursive: true });
  return { objects, remove: () => rm(folder, { recursive: true, force: true }) };
}

async function hasChampion(objects: string, model: string): Promise<string | null> {
  return (await findChampion(objects, model)) === null ? null : objects;
}

async function train(objects: string, model: string, say: (line: string) => void): Promise<string> {
  say(`There is no trained "${model}" here yet; its pipeline runs now (about a minute, once) …`);
  await mkdir(objects, { recursive: true });
  const stack = await startBenchStack({ objects, pipelines: [model] });
  try {
    await awaitModel(stack.httpUrl, model, TRAINING_DEADLINE_MS);
    return objects;
  } finally {
    await stack.stop();
  }
}

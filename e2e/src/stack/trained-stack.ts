import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTestStack, type TestStack, type TestStackOptions } from '@switchyard/test-kit';
import { awaitChampions } from './await-champions.js';
import { firstStart } from './first-start.js';

export const MODELS = ['mnist', 'simple_classifier'] as const;
const SERVING_DEADLINE_MS = 60_000;

export interface TrainedStack extends TestStack {
  /** Folder of this stack's own copy of the object store. */
  readonly objectsDirectory: string;
}

/** A stack whose store already holds both trained models, serving: a copy of what the first start of this run left. */
export async function startTrainedStack(options: Omit<TestStackOptions, 'objectStoreUrl'> = {}): Promise<TrainedStack> {
  const { objectsDirectory: trained } = await firstStart();
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-e2e-objects-'));
  const objectsDirectory = join(directory, 'objects');
  await cp(trained, objectsDirectory, { recursive: true });
  const stack = await startTestStack({ ...options, objectStoreUrl: pathToFileURL(objectsDirectory).href });
  const close = async (): Promise<void> => {
    await stack.close();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await awaitChampions(stack.httpUrl, MODELS, SERVING_DEADLINE_MS);
  } catch (error) {
    await close();
    throw error;
  }
  return { ...stack, objectsDirectory, close };
}

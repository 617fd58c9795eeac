import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launchStack, type Stack, type StackOptions } from '@switchyard/local-stack';

/** The repository: this file is benchmarks/{src,dist}/systems/bench-stack. */
export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));

export interface BenchStackOptions extends Pick<StackOptions, 'workers' | 'serviceEnv'> {
  /** Folder that is the object store. */
  readonly objects: string;
  /** Pipelines to run when they have no model yet, as in `pipelines/`: the rest would train while time is measured. */
  readonly pipelines: readonly string[];
}

/** A stack in a folder of its own, once every service is ready; `stop` removes the folder, not the object store. */
export async function startBenchStack(options: BenchStackOptions): Promise<Stack> {
  const stack = await launchBenchStack(options);
  try {
    await stack.ready();
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** The same, without waiting for the services. */
export async function launchBenchStack({ objects, pipelines, workers = 1, serviceEnv = {} }: BenchStackOptions): Promise<Stack> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-bench-'));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const pipelinesDirectory = join(directory, 'pipelines');
    await mkdir(pipelinesDirectory);
    for (const name of pipelines) await cp(join(REPOSITORY, 'pipelines', `${name}.json`), join(pipelinesDirectory, `${name}.json`));
    const stack = await launchStack({
      root: REPOSITORY,
      directory,
      workers,
      objectStoreUrl: pathToFileURL(objects).href,
      serviceEnv: {
        ...serviceEnv,
        trainer: { PIPELINES_DIRECTORY: pipelinesDirectory, ...serviceEnv.trainer },
        'inference-worker': { MODEL_CACHE_DIRECTORY: join(directory, 'models'), ...serviceEnv['inference-worker'] },
      },
    });
    return { ...stack, stop: () => stack.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

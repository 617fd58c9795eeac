import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTestStack, type TestStack } from '@switchyard/test-kit';
import { switchyardCommand, type CommandResult } from './switchyard-command.js';

const MEBIBYTE = 1024 * 1024;

/** The services, told of every place that models can come from. */
export interface ImportStack extends TestStack {
  /** Removed by `close`; `objects/` is the object store, `watched/` the MODEL_DIRECTORY. */
  readonly folder: string;
  readonly objects: string;
  /** `switchyard import <source> --name <name> …` */
  importModel(source: string, name: string, ...more: readonly string[]): Promise<CommandResult>;
  /** Writes TensorFlow Serving's `model_config_file`, renamed into its place: nobody reads half of it. */
  listModels(configs: string): Promise<void>;
}

export interface ImportStackOptions {
  /** More environment of all services. */
  readonly env?: Readonly<Record<string, string>>;
  /** More environment of the inference-workers. */
  readonly workerEnv?: Readonly<Record<string, string>>;
}

/**
 * A stack without models, whose imports may take 1,536 MiB.
 * @throws ServingError when a service does not become ready
 */
export async function startImportStack({ env = {}, workerEnv = {} }: ImportStackOptions = {}): Promise<ImportStack> {
  const folder = await mkdtemp(join(tmpdir(), 'switchyard-import-e2e-'));
  const objects = join(folder, 'objects');
  const configFile = join(folder, 'models.config');
  const listModels = async (configs: string): Promise<void> => {
    await writeFile(`${configFile}.next`, `model_config_list { ${configs} }`);
    await rename(`${configFile}.next`, configFile);
  };
  for (const name of ['objects', 'pipelines', 'watched']) await mkdir(join(folder, name));
  await listModels('');
  const stack = await startTestStack({
    objectStoreUrl: pathToFileURL(objects).href,
    env,
    serviceEnv: {
      trainer: { PIPELINES_DIRECTORY: join(folder, 'pipelines') },
      'inference-worker': workerEnv,
      registry: { IMPORT_MAX_MEMORY: String(1_536 * MEBIBYTE), MODEL_DIRECTORY: join(folder, 'watched'), MODEL_CONFIG_FILE: configFile },
    },
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    ...stack, folder, objects, listModels,
    importModel: (source, name, ...more) => switchyardCommand('import', source, '--name', name, '--api', stack.httpUrl, ...more),
    close: async () => {
      await stack.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

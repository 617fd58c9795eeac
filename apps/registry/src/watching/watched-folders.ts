import { createHash } from 'node:crypto';
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { MAX_MODEL_FILES, watchedModelConfigSchema, type WatchedModelConfig } from '@switchyard/model-import';
import { modelNameSchema } from '@switchyard/model-registry';
import type { ListedModel } from '@switchyard/tf-serving-config';

const CONFIG_FILE = 'model_config.json';
/** As TensorFlow Serving has it: a whole number, without zeros in front. */
const VERSION = /^[1-9]\d{0,15}$/;
/** One of these says that a folder is a model, whatever else has been copied so far. */
const MODEL_FILE = /(^saved_model\.pb|^model\.json|\.onnx)$/;

/** The folder of one model: what there is of it, and how it is to be served. */
export interface WatchedModel {
  readonly name: string;
  readonly directory: string;
  readonly config: WatchedModelConfig;
  /** Numbers of its version folders, ascending. */
  readonly versions: readonly number[];
}

/** Where models are looked for; one of them, or both. */
export interface WatchedPlaces {
  /** Holds `<model>/<version>/…`. */
  readonly directory?: string | undefined;
  /** A `model_config_file` of TensorFlow Serving's. A model that both have is as the file says. */
  readonly configFile?: string | undefined;
}

type OnProblem = (model: string, problem: string) => void;

/** A version's folder as it is now. */
export interface VersionFolder {
  readonly files: readonly { readonly path: string; readonly location: string; readonly bytes: number }[];
  /** Changes with every file that comes, grows, or is written again. */
  readonly fingerprint: string;
  readonly holdsModel: boolean;
}

/**
 * The models below a folder laid out as `<model>/<version>/…`, and those that a file lists; what else lies in the folder is passed over.
 * @param onProblem told of a configuration or a folder that cannot be used: its model is left as it is until it can be
 * @throws ServingError `invalid-input` when the file cannot be read; nothing is looked at then
 */
export async function readWatchedModels({ directory, configFile }: WatchedPlaces, onProblem: OnProblem): Promise<WatchedModel[]> {
  const listed = configFile === undefined ? [] : await readListedModels(configFile);
  const names = new Set(listed.map(({ name }) => name));
  const found = directory === undefined ? [] : (await foldersIn(directory)).filter((name) => modelNameSchema.safeParse(name).success && !names.has(name));
  const places = [...listed, ...found.map((name) => ({ name, directory: join(directory ?? '', name), config: {} }))];
  const models = await Promise.all(places.map((place) => readModel(place).catch((error: unknown) => onProblem(place.name, (error as Error).message))));
  return models.filter((model) => model !== undefined && model.versions.length > 0) as WatchedModel[];
}

/** Few have such a file; the parser of its format comes with protobuf's reflection. */
async function readListedModels(configFile: string): Promise<ListedModel[]> {
  const { parseModelServerConfig } = await import('@switchyard/tf-serving-config');
  return parseModelServerConfig(await readFile(configFile, 'utf8'));
}

/** `config` goes before what the model's own folder says. */
async function readModel({ name, directory, config }: Pick<WatchedModel, 'name' | 'directory'> & { readonly config: Partial<WatchedModelConfig> }): Promise<WatchedModel> {
  modelNameSchema.parse(name);
  const versions = (await foldersIn(directory)).filter((folder) => VERSION.test(folder)).map(Number).sort((a, b) => a - b);
  return { name, directory, versions, config: { ...(await readConfig(directory)), ...config } };
}

/** @returns null when the folder has gone, or has more files than a model may have. */
export async function readVersionFolder(directory: string): Promise<VersionFolder | null> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const locations = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => join(entry.parentPath, entry.name)).sort();
  if (locations.length === 0 || locations.length > MAX_MODEL_FILES) return null;
  const hash = createHash('sha256');
  const files = [];
  for (const location of locations) {
    const found = await stat(location).catch(() => null);
    if (found === null) return null;
    const path = relative(directory, location).split(sep).join('/');
    hash.update(`${path}\0${found.size}\0${found.mtimeMs}\n`);
    files.push({ path, location, bytes: found.size });
  }
  return { files, fingerprint: hash.digest('hex'), holdsModel: files.some(({ path }) => MODEL_FILE.test(path)) };
}

async function foldersIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink()).map(({ name }) => name).sort();
}

async function readConfig(directory: string): Promise<WatchedModelConfig> {
  const text = await readFile(join(directory, CONFIG_FILE), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return watchedModelConfigSchema.parse(JSON.parse(text));
}

import { readdir, rename } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { InspectedModel, ModelInspector } from '@switchyard/engine';
import { ServingError } from '@switchyard/errors';
import type { FoundModel } from './import-ports.js';

/** Archives of folders in folders; deeper than this nobody looks. */
const MAX_DESCENTS = 8;
const SHOWN_FILES = 5;
/** What the object store's keys and manifests can name. */
const PUBLISHABLE = /^[A-Za-z0-9._/-]+$/;

/**
 * Finds the one model in a folder: there, or in the only folder within, as archives and `<version>/` folders have it. A lone ONNX file may
 * have any name; it is given the one its engine looks for.
 * @throws ServingError `model-invalid` when there is none or several, or what its format's inspector says of it
 */
export async function findModel(folder: string, inspectors: readonly ModelInspector[]): Promise<FoundModel> {
  const directory = await modelFolder(folder);
  await nameOnnxFile(directory);
  for (const inspector of inspectors) {
    if (!(await inspector.recognizes(directory))) continue;
    await assertPublishable(directory);
    return { directory, model: await inspectIn(inspector, directory) };
  }
  throw new ServingError('model-invalid', `No model was found: a folder with saved_model.pb, a file .onnx or a folder with model.json and its weights is expected, also as .zip, .tar or .tar.gz; there is ${await contents(folder)}.`);
}

async function inspectIn(inspector: ModelInspector, directory: string): Promise<InspectedModel> {
  const model = await inspector.inspect(directory);
  if (model.signatures.length > 0) return model;
  throw new ServingError('model-invalid', 'The model has no signature: nothing says what it takes and gives.');
}

async function modelFolder(folder: string): Promise<string> {
  let directory = folder;
  for (let descent = 0; descent < MAX_DESCENTS; descent++) {
    const entries = await readdir(directory, { withFileTypes: true });
    const [only] = entries;
    if (entries.length !== 1 || only === undefined || !only.isDirectory()) return directory;
    directory = join(directory, only.name);
  }
  return directory;
}

async function nameOnnxFile(directory: string): Promise<void> {
  const files = (await readdir(directory)).filter((name) => name.toLowerCase().endsWith('.onnx')).sort();
  const [only] = files;
  if (files.length > 1 && !files.includes('model.onnx')) {
    throw new ServingError('model-invalid', `There are ${files.length} ONNX files, ${quoted(files)}; one of them, or one called "model.onnx", is expected.`);
  }
  if (files.length === 1 && only !== undefined && only !== 'model.onnx') await rename(join(directory, only), join(directory, 'model.onnx'));
}

async function assertPublishable(directory: string): Promise<void> {
  const odd = (await filesUnder(directory)).find((path) => !PUBLISHABLE.test(path));
  if (odd !== undefined) throw new ServingError('model-invalid', `The file "${odd}" of the model cannot be stored: names of letters, digits, ".", "_" and "-" are expected.`);
}

async function contents(folder: string): Promise<string> {
  const files = await filesUnder(folder);
  return files.length === 0 ? 'no file' : quoted(files);
}

async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/')).sort();
}

function quoted(files: readonly string[]): string {
  const names = files.slice(0, SHOWN_FILES).map((name) => `"${name.slice(0, 100)}"`).join(', ');
  return files.length <= SHOWN_FILES ? names : `${names} and ${files.length - SHOWN_FILES} more`;
}

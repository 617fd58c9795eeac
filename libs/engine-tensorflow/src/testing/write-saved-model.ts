import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSavedModel, type TfGraph } from './build-saved-model.js';

/** A folder with this graph as its `saved_model.pb`. The caller removes it. */
export async function writeSavedModel(graph: TfGraph): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'switchyard-saved-model-'));
  await writeFile(join(directory, 'saved_model.pb'), buildSavedModel(graph));
  return directory;
}

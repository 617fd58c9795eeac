import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { inspectorConformance } from '@switchyard/engine/conformance';
import type { InspectedModel } from '@switchyard/engine';
import { createSavedModelInspector } from './saved-model-inspector.js';
import type { TfGraph, TfSignature } from './testing/build-saved-model.js';
import { writeSavedModel } from './testing/write-saved-model.js';

inspectorConformance({ createInspector: createSavedModelInspector, format: 'saved-model' });

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

async function inspect(signatures: Record<string, TfSignature>, rest: Partial<TfGraph> = {}): Promise<InspectedModel> {
  const folder = await writeSavedModel({ nodes: [], signatures, ...rest });
  folders.push(folder);
  return await createSavedModelInspector().inspect(folder);
}

const served: TfSignature = { inputs: { x: { type: 'float', shape: [-1, 3] } }, outputs: { y: { type: 'float', shape: [-1, 2] } } };
const taking = (type: string, shape: readonly number[] | null): TfSignature => ({ ...served, inputs: { x: { type, shape } } });

describe('the inspector of SavedModels', () => {
  it('gives every signature with its method, the default one first, and none of TensorFlow’s own', async () => {
    const classify = { ...taking('string', [-1]), methodName: 'tensorflow/serving/classify' };
    const regress = { ...taking('string', [-1]), methodName: 'tensorflow/serving/regress' };
    const { signatures } = await inspect({
      __saved_model_init_op: { inputs: {}, outputs: {} }, classify, regress, embed: { ...served, methodName: 'author/own' }, serving_default: served,
    });
    expect(signatures.map(({ name, methodName }) => [name, methodName])).toEqual([
      ['serving_default', 'predict'], ['classify', 'classify'], ['embed', 'predict'], ['regress', 'regress'],
    ]);
  });

  it('leaves open what the file leaves open: ranks and sizes', async () => {
    const { signatures } = await inspect({
      serving_default: { inputs: { any: { type: 'float', shape: null }, wide: { type: 'uint8', shape: [-1, -1, 3] } }, outputs: { y: { type: 'int64', shape: null } } },
    });
    expect(signatures[0]!.signature).toEqual({
      inputs: [{ name: 'any', dtype: 'float32', shape: [-1], openRank: true, finite: false }, { name: 'wide', dtype: 'uint8', shape: [-1, -1, 3], finite: false }],
      outputs: [{ name: 'y', dtype: 'int64', shape: [-1], openRank: true, finite: false }],
    });
  });

  it('says how many rows a file fixes', async () => {
    expect((await inspect({ serving_default: { inputs: { x: { type: 'float', shape: [4, 3] } }, outputs: { y: { type: 'float', shape: [4, 2] } } } })).fixedRows).toBe(4);
  });

  it('leaves out signatures that cannot be served while another one can', async () => {
    const { signatures } = await inspect({ serving_default: served, tables: taking('resource', [-1]) });
    expect(signatures.map(({ name }) => name)).toEqual(['serving_default']);
  });

  it.each<[string, Record<string, TfSignature>, string]>([
    ['takes resources', { serving_default: taking('resource', [-1]) }, 'The input "x" of the signature "serving_default" is resource; the engine for SavedModels cannot carry that.'],
    ['takes doubles', { serving_default: taking('double', [-1]) }, 'is double; the engine for SavedModels cannot carry that.'],
    ['takes a single value', { serving_default: taking('float', []) }, 'The input "x" is a single value without dimensions'],
    ['has no signature', { __saved_model_init_op: served }, 'The SavedModel has no signature; export it with one'],
  ])('refuses a model that %s', async (_, signatures, words) => {
    await expect(inspect(signatures)).rejects.toMatchObject({ kind: 'model-invalid', message: expect.stringContaining(words) });
  });

  it('refuses a model without a graph for serving, and says for what its graphs are', async () => {
    await expect(inspect({ serving_default: served }, { tags: ['train', 'tpu'] })).rejects.toThrow('no graph with the tags [serve]; its graphs have the tags [train, tpu].');
  });
});

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { REFERENCE_MODELS, type ModelInspector } from '@switchyard/engine';
import { findModel } from './find-model.js';

/** Knows a format by its file name and says of it what the reference model's signature says. */
const inspector = (format: ModelInspector['format'], file: string): ModelInspector => ({
  format,
  recognizes: async (directory) => existsSync(join(directory, file)),
  inspect: async () => ({ format, signatures: [{ name: 'serving_default', methodName: 'predict', signature: REFERENCE_MODELS.affine.signature }], fixedRows: null }),
});
const INSPECTORS = [inspector('saved-model', 'saved_model.pb'), inspector('onnx', 'model.onnx'), inspector('tfjs-layers', 'model.json')];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'switchyard-find-model-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), 'x');
  }
}

describe('findModel', () => {
  it('finds a model where it lies, or in the only folder within', async () => {
    await write('a/1/saved_model.pb', 'a/1/variables/variables.index');
    expect(await findModel(folder, INSPECTORS)).toMatchObject({ directory: join(folder, 'a/1'), model: { format: 'saved-model' } });
  });

  it('gives a lone ONNX file the name that its engine looks for', async () => {
    await write('My Model (1).ONNX', 'weights.bin');
    expect((await findModel(folder, INSPECTORS)).model.format).toBe('onnx');
    expect((await readdir(folder)).sort()).toEqual(['model.onnx', 'weights.bin']);
  });

  it.each([
    [['a.onnx', 'b.onnx'], /There are 2 ONNX files, "a\.onnx", "b\.onnx"; one of them/],
    [['readme.md', 'cat.png'], /^No model was found: .* there is "cat\.png", "readme\.md"\.$/],
    [['model.json', 'my weights.bin'], /"my weights\.bin" of the model cannot be stored/],
  ])('refuses %j', async (files, sentence) => {
    await write(...files);
    await expect(findModel(folder, INSPECTORS)).rejects.toMatchObject({ kind: 'model-invalid', message: expect.stringMatching(sentence) });
  });

  it('says that there is nothing', async () => {
    await expect(findModel(folder, INSPECTORS)).rejects.toMatchObject({ message: expect.stringMatching(/there is no file\.$/) });
  });
});

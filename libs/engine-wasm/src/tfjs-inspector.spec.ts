import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { inspectorConformance } from '@switchyard/engine/conformance';
import { createTfjsInspector, type TfjsFormat } from './tfjs-inspector.js';

for (const format of ['tfjs-layers', 'tfjs-graph'] as const) inspectorConformance({ createInspector: () => createTfjsInspector(format), format });

describe('the tfjs inspector', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'switchyard-tfjs-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The affine model with one text of its `model.json` replaced by another. */
  async function changed(format: TfjsFormat, from: string, to: string): Promise<string> {
    const directory = await mkdtemp(join(folder, 'model-'));
    await cp(fixture(format), directory, { recursive: true });
    const modelJson = await readFile(join(directory, 'model.json'), 'utf8');
    expect(modelJson).toContain(from);
    await writeFile(join(directory, 'model.json'), modelJson.replaceAll(from, to));
    return directory;
  }

  it('tells the two formats apart, whose files are called the same', async () => {
    expect(await createTfjsInspector('tfjs-layers').recognizes(fixture('tfjs-graph'))).toBe(false);
    expect(await createTfjsInspector('tfjs-graph').recognizes(fixture('tfjs-layers'))).toBe(false);
    expect(await createTfjsInspector('tfjs-graph').recognizes(await changed('tfjs-graph', '"format":"graph-model",', ''))).toBe(true);
  });

  it('says how many rows a model fixes', async () => {
    const directory = await changed('tfjs-layers', '"batch_input_shape":[null,', '"batch_input_shape":[4,');
    const { fixedRows, signatures } = await createTfjsInspector('tfjs-layers').inspect(directory);
    expect(fixedRows).toBe(4);
    expect(signatures[0]!.signature.inputs.map(({ shape }) => shape)).toEqual([[-1, 2], [-1, 3]]);
  });

  it('names the layer that the library does not have', async () => {
    const directory = await changed('tfjs-layers', '"class_name":"Dense"', '"class_name":"Dreamt"');
    await expect(createTfjsInspector('tfjs-layers').inspect(directory)).rejects.toThrow('layers of the class Dreamt, which TensorFlow.js does not have');
  });

  it('leaves no tensor behind', async () => {
    const inspector = createTfjsInspector('tfjs-layers');
    await inspector.inspect(fixture('tfjs-layers'));
    const before = tf.memory().numTensors;
    await inspector.inspect(fixture('tfjs-layers'));
    expect(tf.memory().numTensors).toBe(before);
  });
});

function fixture(format: TfjsFormat): string {
  return fileURLToPath(new URL(`../../engine/fixtures/${format}/affine`, import.meta.url));
}

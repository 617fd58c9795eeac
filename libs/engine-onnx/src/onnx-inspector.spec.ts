import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { inspectorConformance } from '@switchyard/engine/conformance';
import type { InspectedModel } from '@switchyard/engine';
import { createOnnxInspector } from './onnx-inspector.js';
import { writeOnnx, type OnnxGraph, type Value } from './testing/build-onnx.js';

inspectorConformance({ createInspector: createOnnxInspector, format: 'onnx' });

const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true }))));

async function inspect(graph: OnnxGraph): Promise<InspectedModel> {
  const folder = await writeOnnx(graph);
  folders.push(folder);
  return await createOnnxInspector().inspect(folder);
}

const negate = (input: Value, output: Value): OnnxGraph => ({ inputs: [input], outputs: [output], nodes: [['Neg', [input[0]], [output[0]]]] });

describe('the onnx inspector', () => {
  it('opens the rows of a file that fixes them, and says how many they are', async () => {
    const { signatures, fixedRows } = await inspect(negate(['x', 'float32', [8, 3, 'width']], ['y', 'float32', [8, 3, 'width']]));
    expect(fixedRows).toBe(8);
    expect(signatures[0]!.signature.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [-1, 3, -1], finite: false }]);
  });

  it('tells an unknown rank from a single value', async () => {
    const { signatures } = await inspect(negate(['x', 'float32', null], ['y', 'float32', null]));
    expect(signatures[0]!.signature.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [-1], openRank: true, finite: false }]);
    await expect(inspect(negate(['x', 'float32', []], ['y', 'float32', []]))).rejects.toThrow(
      'The input "x" is a single value without dimensions; dimension 0 must count the rows.',
    );
  });

  it.each<[string, OnnxGraph, string]>([
    [
      'inputs that fix different sizes',
      { inputs: [['a', 'float32', [2]], ['b', 'float32', [3]]], outputs: [['y', 'float32', [5]]], nodes: [['Neg', ['a'], ['n']], ['Neg', ['b'], ['y']]] },
      'The model has no batch dimension: dimension 0 of every tensor must count the rows, but the input "a" has exactly 2 there, the input "b" 3.',
    ],
    [
      'an answer of one value for all rows',
      { inputs: [['x', 'float32', ['rows', 3]]], outputs: [['size', 'int64', []]], nodes: [['Size', ['x'], ['size']]] },
      'The output "size" is a single value without dimensions',
    ],
    [
      'an answer whose size is that of the shape, not of the rows',
      { inputs: [['x', 'float32', ['rows', 3]]], outputs: [['shape', 'int64', [2]]], nodes: [['Shape', ['x'], ['shape']]] },
      'but the output "shape" has exactly 2 there, the inputs any number.',
    ],
    [
      'element types that nothing carries',
      { inputs: [['x', 'complex64', ['rows', 3]]], outputs: [['y', 'complex64', ['rows', 3]]], nodes: [['Identity', ['x'], ['y']]] },
      'cannot be read as an ONNX model: Exception during loading: MLDataType for: tensor(complex64) is not currently registered or supported.',
    ],
    [
      'operators the library does not have',
      { inputs: [['x', 'float32', ['rows']]], outputs: [['y', 'float32', ['rows']]], nodes: [['Conjure', ['x'], ['y']]] },
      'No Op registered for Conjure',
    ],
  ])('refuses a model with %s', async (_, graph, words) => {
    await expect(inspect(graph)).rejects.toMatchObject({ kind: 'model-invalid', message: expect.stringContaining(words) });
  });
});

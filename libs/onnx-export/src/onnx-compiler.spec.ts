import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { createOnnxCompiler } from './onnx-compiler.js';
import { saveModel, withFolder } from './testing/parity.js';

const compiler = createOnnxCompiler();

/** Saves a model, lets `edit` change its model.json, and compiles it. */
async function compile(model: tfl.LayersModel, edit: (json: string) => string = (json) => json): ReturnType<typeof compiler.compile> {
  return withFolder(async (directory) => {
    await saveModel(model, directory);
    const file = join(directory, 'model.json');
    await writeFile(file, edit(await readFile(file, 'utf8')));
    return compiler.compile(directory, join(directory, 'onnx'));
  });
}

function dense(): tfl.LayersModel {
  return tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [3], units: 2, name: 'scores' })] });
}

function convolution(options: Partial<Parameters<typeof tfl.layers.conv2d>[0]>): tfl.LayersModel {
  return tfl.sequential({ layers: [tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 2, kernelSize: 3, name: 'edges', ...options })] });
}

describe('the compiler', () => {
  it('goes from layers models to ONNX', () => {
    expect(compiler).toMatchObject({ from: 'tfjs-layers', to: 'onnx' });
  });

  it('writes model.onnx into a folder that it makes', async () => {
    await withFolder(async (directory) => {
      await saveModel(dense(), directory);
      const target = join(directory, 'a', 'b');
      expect(await compiler.compile(directory, target)).toEqual({ compiled: true });
      await access(join(target, 'model.onnx'));
    });
  });

  it('names a layer that it does not know, and writes nothing', async () => {
    await withFolder(async (directory) => {
      const model = tfl.sequential({ layers: [tfl.layers.repeatVector({ inputShape: [4], n: 2, name: 'echo' })] });
      await saveModel(model, directory);
      const result = await compiler.compile(directory, join(directory, 'onnx'));
      expect(result).toEqual({ compiled: false, reason: 'Layer "echo" is a RepeatVector, which the ONNX export does not know.' });
      await expect(access(join(directory, 'onnx'))).rejects.toThrow();
    });
  });

  it.each<[string, tfl.LayersModel, (json: string) => string, string]>([
    [
      'channels first',
      convolution({ dataFormat: 'channelsFirst' }),
      (json) => json,
      'Layer "edges" has its channels first; the ONNX export knows channels last only.',
    ],
    [
      'an unknown activation',
      dense(),
      (json) => json.replace('"activation":"linear"', '"activation":"constructor"'),
      'Layer "scores" has activation "constructor", which the ONNX export does not know.',
    ],
    [
      'causal padding',
      convolution({}),
      (json) => json.replace('"padding":"valid"', '"padding":"causal"'),
      'Layer "edges" has padding "causal", where the ONNX export expects "valid" or "same".',
    ],
    [
      'a dilation that tfjs ignores',
      tfl.sequential({ layers: [tfl.layers.depthwiseConv2d({ inputShape: [8, 8, 3], kernelSize: 3, dilationRate: 2, name: 'wide' })] }),
      (json) => json,
      'Layer "wide" has dilationRate [2,2], where the ONNX export expects 1, since tfjs ignores any other in a DepthwiseConv2D.',
    ],
    [
      'a normalization across another axis',
      tfl.sequential({ layers: [tfl.layers.batchNormalization({ inputShape: [4, 4, 3], axis: 1, name: 'norm' })] }),
      (json) => json,
      'Layer "norm" has axis 1, where the ONNX export expects the last one, 3 or -1.',
    ],
    [
      'an open size',
      tfl.sequential({ layers: [tfl.layers.conv2d({ inputShape: [null, null, 3], filters: 1, kernelSize: 3, name: 'any' })] }),
      (json) => json,
      'Input "any_input" leaves more than its number of rows open; the ONNX export needs fixed sizes.',
    ],
    [
      'an integer input',
      dense(),
      (json) => json.replace('"dtype":"float32"', '"dtype":"int32"'),
      'Input "scores_input" is int32; the ONNX export knows float32 only.',
    ],
    [
      'a missing weight',
      dense(),
      (json) => json.replace('scores/bias', 'scores/shift'),
      'Layer "scores" has no weight "bias" in the model\'s file.',
    ],
    [
      'quantized weights',
      dense(),
      (json) => json.replace('"name":"scores/kernel"', '"name":"scores/kernel","quantization":{"dtype":"uint8"}'),
      'Weight "scores/kernel" is quantized to uint8; the ONNX export knows float32 only.',
    ],
    [
      'a kernel of another size',
      dense(),
      (json) => json.replace('"shape":[3,2]', '"shape":[2,3]'),
      'Layer "scores" has a kernel of shape [2,3] for rows of shape [3].',
    ],
    [
      'a graph model',
      dense(),
      (json) => json.replace('"format":"layers-model"', '"format":"graph-model"'),
      'The model is a tfjs graph model; the ONNX export knows layers models only.',
    ],
    [
      'a model class of its own',
      dense(),
      (json) => json.replace('"class_name":"Sequential"', '"class_name":"Subclassed"'),
      'The model is of class Subclassed; the ONNX export knows Sequential and functional models.',
    ],
  ])('gives a reason for %s', async (_what, model, edit, reason) => {
    expect(await compile(model, edit)).toEqual({ compiled: false, reason });
  });

  it('gives a reason for a model of Keras 3', async () => {
    const input = tfl.input({ shape: [3], name: 'x' });
    const model = tfl.model({ inputs: input, outputs: tfl.layers.dense({ units: 2 }).apply(input) as tfl.SymbolicTensor });
    const result = await compile(model, (json) =>
      json.replace('[["x",0,0,{}]]', '{"args":[{"class_name":"__keras_tensor__","config":{}}],"kwargs":{}}'),
    );
    expect(result).toEqual({
      compiled: false,
      reason: 'The topology was saved by Keras 3, in a form that neither tfjs nor the ONNX export reads.',
    });
  });

  it('gives a reason when one name stands for two outputs', async () => {
    const inputs = [tfl.input({ shape: [3] }), tfl.input({ shape: [3] })];
    const shared = tfl.layers.dense({ units: 2, name: 'scores' });
    const model = tfl.model({ inputs, outputs: inputs.map((input) => shared.apply(input) as tfl.SymbolicTensor) });
    expect(await compile(model)).toEqual({
      compiled: false,
      reason: 'The name "scores" stands for several inputs or outputs, which ONNX cannot express.',
    });
  });
});

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { LayersModel } from './layers-model.js';
import { readLayersModel } from './read-layers-model.js';
import { saveModel, withFolder } from './testing/parity.js';

function network(): tfl.LayersModel {
  return tfl.sequential({
    layers: [
      tfl.layers.conv2d({ inputShape: [6, 5, 2], filters: 3, kernelSize: [3, 2], name: 'Edge_Finder', activation: 'hardSigmoid' }),
      tfl.layers.flatten({ name: 'flat' }),
    ],
  });
}

/** Saves a model, lets `spoil` change its folder, and reads it. */
async function read(model: tfl.LayersModel, spoil: (directory: string) => Promise<void> = async () => undefined): Promise<LayersModel> {
  return withFolder(async (directory) => {
    await saveModel(model, directory);
    await spoil(directory);
    return readLayersModel(directory);
  });
}

function edit(change: (json: string) => string): (directory: string) => Promise<void> {
  return async (directory) => {
    const file = join(directory, 'model.json');
    await writeFile(file, change(await readFile(file, 'utf8')));
  };
}

describe('reading a layers model', () => {
  it('gives the calls in order, arguments in camel case, names as they are, and weights', async () => {
    const model = network();
    const { inputs, outputs, calls } = await read(model);
    expect(inputs).toEqual([{ name: 'Edge_Finder_input', shape: [6, 5, 2], dtype: 'float32', tensor: 0 }]);
    expect(calls.map((call) => [call.layer.name, call.layer.className, call.inputs, call.output])).toEqual([
      ['Edge_Finder', 'Conv2D', [0], 1],
      ['flat', 'Flatten', [1], 2],
    ]);
    expect(outputs).toEqual([{ name: 'flat', tensor: 2 }]);
    expect(calls[0]?.layer.config).toMatchObject({ kernelSize: [3, 2], dataFormat: 'channelsLast', activation: 'hardSigmoid' });
    expect(calls[0]?.layer.weights.get('kernel')).toEqual({ shape: [3, 2, 2, 3], data: model.getWeights()[0]?.dataSync() });
  });

  it('orders the calls of a functional model by what they read, however the layers are listed', async () => {
    const input = tfl.input({ shape: [2], name: 'x' });
    const first = tfl.layers.dense({ units: 2, name: 'first' }).apply(input) as tfl.SymbolicTensor;
    const model = tfl.model({ inputs: input, outputs: tfl.layers.dense({ units: 1, name: 'second' }).apply(first) as tfl.SymbolicTensor });
    const { calls } = await read(
      model,
      edit((json) => {
        const file = JSON.parse(json);
        file.modelTopology.config.layers.reverse();
        return JSON.stringify(file);
      }),
    );
    expect(calls.map(({ layer }) => layer.name)).toEqual(['first', 'second']);
  });

  it('finds a topology one level deeper, as the Keras converter leaves it', async () => {
    const { calls } = await read(
      network(),
      edit((json) => {
        const file = JSON.parse(json);
        return JSON.stringify({ ...file, modelTopology: { keras_version: '2.15.0', model_config: file.modelTopology } });
      }),
    );
    expect(calls).toHaveLength(2);
  });

  it('passes over the state of an optimizer', async () => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [2], units: 1 })] });
    model.compile({ optimizer: tf.train.adam(), loss: 'meanSquaredError' });
    await model.fit(tf.ones([2, 2]), tf.ones([2, 1]), { verbose: 0 });
    const { calls } = await withFolder(async (directory) => {
      await saveModel(model, directory, { includeOptimizer: true });
      return readLayersModel(directory);
    });
    expect([...(calls[0]?.layer.weights.keys() ?? [])]).toEqual(['kernel', 'bias']);
  });

  it.each<[string, (directory: string) => Promise<void>, RegExp]>([
    ['no model.json', (directory) => rm(join(directory, 'model.json')), /has no readable "model.json"/],
    ['JSON cut short', edit((json) => json.slice(0, -10)), /has no readable "model.json"/],
    [
      'a missing shard',
      (directory) => rm(join(directory, 'group1-shard1of1.bin')),
      /weight shard "group1-shard1of1.bin" that "model.json" names cannot be read/,
    ],
    [
      'a shard cut short',
      (directory) => writeFile(join(directory, 'group1-shard1of1.bin'), new Uint8Array(100)),
      /end 44 bytes before the end of weight "Edge_Finder\/kernel"/,
    ],
    [
      'a shard outside the folder',
      edit((json) => json.replace('group1-shard1of1.bin', '../model.bin')),
      /weight shard "..\/model.bin" lies outside the model's folder/,
    ],
    ['a layer without arguments', edit((json) => json.replace('"name":"flat"', '"title":"flat"')), /malformed at a Flatten/],
    [
      'no shape for the input',
      edit((json) => json.replace('batch_input_shape', 'some_shape')),
      /gives no shape for the input "Edge_Finder_input"/,
    ],
  ])('refuses %s', async (_what, spoil, message) => {
    await expect(read(network(), spoil)).rejects.toMatchObject({ kind: 'model-invalid', message: expect.stringMatching(message) });
  });

  it('refuses a functional model whose layers wait for each other', async () => {
    const input = tfl.input({ shape: [2], name: 'x' });
    const model = tfl.model({ inputs: input, outputs: tfl.layers.dense({ units: 2, name: 'loop' }).apply(input) as tfl.SymbolicTensor });
    await expect(
      read(
        model,
        edit((json) => json.replace('[["x",0,0', '[["loop",0,0')),
      ),
    ).rejects.toMatchObject({
      kind: 'model-invalid',
      message: 'The topology never computes what layer "loop" reads.',
    });
  });
});

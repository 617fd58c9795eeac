import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

type ActivationName = Parameters<typeof tfl.layers.activation>[0]['activation'];

const ACTIVATIONS = [
  'linear',
  'relu',
  'relu6',
  'sigmoid',
  'hardSigmoid',
  'tanh',
  'softmax',
  'logSoftmax',
  'elu',
  'selu',
  'softplus',
  'softsign',
  'swish',
  'mish',
  'gelu',
] as readonly ActivationName[];

const IMAGE = [4, 5, 3];

/** The layer behind a convolution, where its input lies channels first, its inputs large enough to reach every branch. */
function behindConvolution(layer: tfl.layers.Layer): tfl.LayersModel {
  const convolution = tfl.layers.conv2d({ inputShape: IMAGE, filters: 6, kernelSize: 2, kernelInitializer: 'glorotNormal' });
  return tfl.sequential({ layers: [convolution, layer] });
}

describe('activations', () => {
  it.each(ACTIVATIONS)('%s of a dense layer agrees with tfjs', async (activation) => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [7], units: 40, activation: activation as never })] });
    const parity = await measureSeededParity(model);
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each(ACTIVATIONS)('%s over images agrees with tfjs', async (activation) => {
    const parity = await measureSeededParity(behindConvolution(tfl.layers.activation({ activation })));
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each([
    ['ReLU', tfl.layers.reLU()],
    ['ReLU with a maximum', tfl.layers.reLU({ maxValue: 0.4 })],
    ['LeakyReLU by default', tfl.layers.leakyReLU()],
    ['LeakyReLU', tfl.layers.leakyReLU({ alpha: 0.1 })],
    ['PReLU', tfl.layers.prelu({})],
    ['PReLU with shared slopes', tfl.layers.prelu({ sharedAxes: [1, 2] })],
    ['ELU', tfl.layers.elu()],
    ['ThresholdedReLU', tfl.layers.thresholdedReLU({ theta: 0.2 })],
    ['Softmax over channels', tfl.layers.softmax({ axis: -1 })],
  ])('layer %s agrees with tfjs', async (_name, layer) => {
    const parity = await measureSeededParity(behindConvolution(layer));
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it('Softmax of vectors, whose axis is 1 by default, agrees with tfjs', async () => {
    const parity = await measureSeededParity(
      tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [7], units: 5 }), tfl.layers.softmax()] }),
    );
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it('keeps an image channels first through an activation', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: IMAGE, filters: 6, kernelSize: 2, activation: 'relu6' }),
        tfl.layers.conv2d({ filters: 2, kernelSize: 1, activation: 'softmax' }),
        tfl.layers.globalAveragePooling2d({}),
      ],
    });
    const parity = await measureSeededParity(model);
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Transpose', 'Conv', 'Clip', 'Conv', 'Softmax', 'GlobalAveragePool', 'Reshape']);
  });
});

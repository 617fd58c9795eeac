import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

type Layer = tfl.layers.Layer;

const IMAGE = [6, 5, 3];

async function measure(...layers: Layer[]): ReturnType<typeof measureSeededParity> {
  return measureSeededParity(tfl.sequential({ layers }));
}

describe('BatchNormalization', () => {
  it.each([
    ['Conv2D', tfl.layers.conv2d({ inputShape: IMAGE, filters: 4, kernelSize: 3 })],
    ['Conv2D without bias', tfl.layers.conv2d({ inputShape: IMAGE, filters: 4, kernelSize: 3, useBias: false })],
    ['DepthwiseConv2D', tfl.layers.depthwiseConv2d({ inputShape: IMAGE, kernelSize: 3, depthMultiplier: 2, useBias: false })],
    ['SeparableConv2D', tfl.layers.separableConv2d({ inputShape: IMAGE, filters: 4, kernelSize: 3 })],
    ['Conv1D', tfl.layers.conv1d({ inputShape: [6, 3], filters: 4, kernelSize: 3 })],
    ['Dense', tfl.layers.dense({ inputShape: [5], units: 4 })],
    ['Dense over larger rows', tfl.layers.dense({ inputShape: [3, 5], units: 4 })],
  ])('folds into the %s before it', async (_name, layer) => {
    const parity = await measure(layer, tfl.layers.batchNormalization(), tfl.layers.activation({ activation: 'relu' }));
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).not.toContain('BatchNormalization');
  });

  it.each([
    ['without gamma', { scale: false }],
    ['without beta', { center: false }],
    ['with neither', { scale: false, center: false }],
    ['with another epsilon', { epsilon: 0.1 }],
    ['with its axis written out', { axis: 3 }],
  ])('%s agrees with tfjs, folded or not', async (_name, options) => {
    const folded = await measure(
      tfl.layers.conv2d({ inputShape: IMAGE, filters: 4, kernelSize: 3 }),
      tfl.layers.batchNormalization(options),
    );
    expect(folded.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    const alone = await measure(tfl.layers.batchNormalization({ inputShape: IMAGE, ...options }));
    expect(alone.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(alone.operators).toContain('BatchNormalization');
  });

  it('stays behind a layer with an activation of its own', async () => {
    const parity = await measure(
      tfl.layers.conv2d({ inputShape: IMAGE, filters: 4, kernelSize: 3, activation: 'relu' }),
      tfl.layers.batchNormalization(),
    );
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toContain('BatchNormalization');
  });

  it('stays when somebody else reads the convolution', async () => {
    const input = tfl.input({ shape: IMAGE });
    const convolved = tfl.layers.conv2d({ filters: 3, kernelSize: 1 }).apply(input) as tfl.SymbolicTensor;
    const normalized = tfl.layers.batchNormalization().apply(convolved) as tfl.SymbolicTensor;
    const outputs = tfl.layers.add().apply([convolved, normalized]) as tfl.SymbolicTensor;
    const parity = await measureSeededParity(tfl.model({ inputs: input, outputs }));
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toContain('BatchNormalization');
  });

  it('stays behind a layer that is used twice', async () => {
    const inputs = [tfl.input({ shape: [5] }), tfl.input({ shape: [5] })];
    const shared = tfl.layers.dense({ units: 3 });
    const [one, other] = inputs.map((input) => shared.apply(input) as tfl.SymbolicTensor) as [tfl.SymbolicTensor, tfl.SymbolicTensor];
    const outputs = tfl.layers
      .concatenate()
      .apply([tfl.layers.batchNormalization().apply(one) as tfl.SymbolicTensor, other]) as tfl.SymbolicTensor;
    expect((await measureSeededParity(tfl.model({ inputs, outputs }))).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it('agrees with tfjs on flattened images', async () => {
    const parity = await measure(
      tfl.layers.conv2d({ inputShape: IMAGE, filters: 4, kernelSize: 3, activation: 'relu' }),
      tfl.layers.flatten(),
      tfl.layers.batchNormalization(),
      tfl.layers.dense({ units: 2 }),
    );
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators.filter((type) => type === 'Transpose')).toHaveLength(1);
  });
});

describe('Rescaling', () => {
  it('agrees with tfjs', async () => {
    const parity = await measure(
      tfl.layers.rescaling({ inputShape: IMAGE, scale: 2 / 255, offset: -1 }),
      tfl.layers.conv2d({ filters: 1, kernelSize: 2 }),
    );
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });
});

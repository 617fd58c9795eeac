import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

describe('Dense', () => {
  it.each([[true], [false]])('agrees with tfjs on vectors, bias %s', async (useBias) => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [9], units: 4, useBias })] });
    const parity = await measureSeededParity(model, { batchSizes: [1, 2, 17] });
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Gemm']);
  });

  it.each([[true], [false]])('multiplies the last dimension of larger rows, bias %s', async (useBias) => {
    const model = tfl.sequential({ layers: [tfl.layers.dense({ inputShape: [3, 5, 4], units: 2, useBias, activation: 'tanh' })] });
    expect((await measureSeededParity(model)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it('permutes its weights behind a Flatten of channels-first data, instead of the data', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [6, 5, 2], filters: 3, kernelSize: 2 }),
        tfl.layers.flatten(),
        tfl.layers.activation({ activation: 'tanh' }),
        tfl.layers.dense({ units: 4 }),
      ],
    });
    const parity = await measureSeededParity(model);
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Transpose', 'Conv', 'Reshape', 'Tanh', 'Gemm']);
  });

  it('agrees with tfjs on the pixels of a convolution', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [6, 5, 2], filters: 3, kernelSize: 2 }),
        tfl.layers.dense({ units: 4, activation: 'softmax' }),
      ],
    });
    expect((await measureSeededParity(model)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });
});

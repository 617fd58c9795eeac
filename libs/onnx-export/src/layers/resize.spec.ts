import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

describe('layers that resize images', () => {
  it.each<[number | [number, number] | [[number, number], [number, number]]]>([
    [2],
    [[1, 3]],
    [
      [
        [0, 1],
        [2, 0],
      ],
    ],
  ])('ZeroPadding2D by %j agrees with tfjs', async (padding) => {
    const model = tfl.sequential({ layers: [tfl.layers.zeroPadding2d({ inputShape: [3, 4, 2], padding })] });
    expect((await measureSeededParity(model)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });

  it('ZeroPadding2D stays apart from a convolution that pads on its own', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.zeroPadding2d({ inputShape: [5, 5, 2], padding: 1 }),
        tfl.layers.conv2d({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' }),
      ],
    });
    const parity = await measureSeededParity(model);
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Transpose', 'Pad', 'Conv', 'Transpose']);
  });

  it('ZeroPadding2D becomes part of a convolution that does not pad', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.zeroPadding2d({
          inputShape: [5, 6, 2],
          padding: [
            [0, 1],
            [2, 0],
          ],
        }),
        tfl.layers.conv2d({ filters: 2, kernelSize: 3, strides: 2 }),
      ],
    });
    const parity = await measureSeededParity(model);
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Transpose', 'Conv', 'Transpose']);
  });

  it.each(['nearest', 'bilinear'] as const)('UpSampling2D, %s, agrees with tfjs', async (interpolation) => {
    const model = tfl.sequential({ layers: [tfl.layers.upSampling2d({ inputShape: [3, 4, 2], size: [2, 3], interpolation })] });
    expect((await measureSeededParity(model)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });
});

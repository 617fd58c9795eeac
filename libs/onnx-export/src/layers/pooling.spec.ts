import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

/** Every run draws the same cases: a failure is the code's, not the day's. */
const SWEEP = { seed: 20_240_502, numRuns: 60 };

const upTo3 = fc.integer({ min: 1, max: 3 });
const geometry = fc.record({
  height: fc.integer({ min: 4, max: 9 }),
  width: fc.integer({ min: 4, max: 9 }),
  poolSize: fc.tuple(upTo3, upTo3),
  strides: fc.option(fc.tuple(upTo3, upTo3), { nil: undefined }),
  padding: fc.constantFrom('valid' as const, 'same' as const),
});

async function parityOf(layer: tfl.layers.Layer): Promise<number> {
  return (await measureSeededParity(tfl.sequential({ layers: [layer] }), { batchSizes: [2] })).maxAbsDifference;
}

describe('pooling', () => {
  it.each([
    ['MaxPooling2D', tfl.layers.maxPooling2d],
    ['AveragePooling2D', tfl.layers.averagePooling2d],
  ] as const)('%s agrees with tfjs for any window, stride, padding and size', async (_name, create) => {
    await fc.assert(
      fc.asyncProperty(geometry, async ({ height, width, poolSize, strides, padding }) => {
        const layer = create({ inputShape: [height, width, 2], poolSize, padding, ...(strides === undefined ? {} : { strides }) });
        expect(await parityOf(layer)).toBeLessThanOrEqual(TOLERANCE);
      }),
      SWEEP,
    );
  });

  it.each([
    ['MaxPooling1D', tfl.layers.maxPooling1d],
    ['AveragePooling1D', tfl.layers.averagePooling1d],
  ] as const)('%s agrees with tfjs', async (_name, create) => {
    for (const padding of ['valid', 'same'] as const) {
      expect(await parityOf(create({ inputShape: [9, 2], poolSize: 3, strides: 2, padding }))).toBeLessThanOrEqual(TOLERANCE);
    }
  });

  it.each([
    ['GlobalAveragePooling2D', tfl.layers.globalAveragePooling2d({ inputShape: [5, 4, 3] })],
    ['GlobalMaxPooling2D', tfl.layers.globalMaxPooling2d({ inputShape: [5, 4, 3] })],
    ['GlobalAveragePooling1D', tfl.layers.globalAveragePooling1d({ inputShape: [5, 3] })],
    ['GlobalMaxPooling1D', tfl.layers.globalMaxPooling1d({ inputShape: [5, 3] })],
  ])('%s agrees with tfjs', async (_name, layer) => {
    expect(await parityOf(layer)).toBeLessThanOrEqual(TOLERANCE);
  });

  it('takes the padding zeros of a ZeroPadding2D into the maximum of negative pixels', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 1, useBias: false, activation: 'selu' }),
        tfl.layers.zeroPadding2d({ padding: 1 }),
        tfl.layers.maxPooling2d({ poolSize: 3, strides: 2 }),
      ],
    });
    expect((await measureSeededParity(model)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });
});

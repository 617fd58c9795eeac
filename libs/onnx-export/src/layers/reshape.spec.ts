import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

type Layer = tfl.layers.Layer;

/** The layer on the input as it comes, and behind a convolution, where data lies channels first. */
async function expectParityInBothLayouts(create: (inputShape?: number[]) => Layer): Promise<void> {
  const alone = tfl.sequential({ layers: [create([4, 5, 3])] });
  expect((await measureSeededParity(alone)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  const behind = tfl.sequential({ layers: [tfl.layers.conv2d({ inputShape: [4, 5, 2], filters: 3, kernelSize: 1 }), create()] });
  expect((await measureSeededParity(behind)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
}

function shaped(inputShape: number[] | undefined): { inputShape?: number[] } {
  return inputShape === undefined ? {} : { inputShape };
}

describe('layers that move data', () => {
  it('Flatten agrees with tfjs, also as the output', async () => {
    await expectParityInBothLayouts((inputShape) => tfl.layers.flatten(shaped(inputShape)));
  });

  it.each([[[60]], [[10, 6]], [[-1, 6]], [[5, 4, 3]], [[3, 2, 2, 5]]])('Reshape to %j agrees with tfjs', async (targetShape) => {
    await expectParityInBothLayouts((inputShape) => tfl.layers.reshape({ ...shaped(inputShape), targetShape: [...targetShape] }));
  });

  it.each([[[1, 2, 3]], [[3, 1, 2]], [[2, 1, 3]]])('Permute to %j agrees with tfjs', async (dims) => {
    await expectParityInBothLayouts((inputShape) => tfl.layers.permute({ ...shaped(inputShape), dims }));
  });

  it('Dropout and noise leave inference alone', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.dense({ inputShape: [4], units: 3 }),
        tfl.layers.dropout({ rate: 0.5 }),
        tfl.layers.gaussianNoise({ stddev: 1 }),
        tfl.layers.dense({ units: 2 }),
      ],
    });
    const parity = await measureSeededParity(model);
    expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
    expect(parity.operators).toEqual(['Gemm', 'Gemm']);
  });

  it('a Reshape back from a Flatten restores the rows', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.conv2d({ inputShape: [4, 5, 2], filters: 3, kernelSize: 1 }),
        tfl.layers.flatten(),
        tfl.layers.reshape({ targetShape: [4, 5, 3] }),
        tfl.layers.conv2d({ filters: 2, kernelSize: 2 }),
      ],
    });
    expect((await measureSeededParity(model)).maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
  });
});

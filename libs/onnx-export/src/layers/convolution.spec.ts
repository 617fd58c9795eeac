import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

/** Every run draws the same cases: a failure is the code's, not the day's. */
const SWEEP = { seed: 20_240_501, numRuns: 60 };

const side = fc.integer({ min: 5, max: 9 });
const geometry = fc.record({
  height: side,
  width: side,
  channels: fc.integer({ min: 1, max: 3 }),
  kernelSize: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  // tfjs allows a stride or a dilation, not both.
  steps: fc.oneof(
    fc.record({
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      dilationRate: fc.constant([1, 1] as [number, number]),
    }),
    fc.record({ strides: fc.constant([1, 1] as [number, number]), dilationRate: fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(1, 2)) }),
  ),
  padding: fc.constantFrom('valid' as const, 'same' as const),
  useBias: fc.boolean(),
  seed: fc.integer({ min: 1, max: 1000 }),
});

async function expectParity(layer: tfl.layers.Layer, seed: number): Promise<void> {
  const parity = await measureSeededParity(tfl.sequential({ layers: [layer] }), { seed, batchSizes: [2] });
  expect(parity.maxAbsDifference).toBeLessThanOrEqual(TOLERANCE);
}

describe('convolutions', () => {
  it('Conv2D agrees with tfjs for any kernel, stride, dilation, padding and size', async () => {
    await fc.assert(
      fc.asyncProperty(geometry, fc.integer({ min: 1, max: 4 }), async ({ height, width, channels, steps, seed, ...rest }, filters) => {
        await expectParity(tfl.layers.conv2d({ inputShape: [height, width, channels], filters, ...rest, ...steps }), seed);
      }),
      SWEEP,
    );
  });

  it('DepthwiseConv2D agrees with tfjs for any kernel, stride, padding, size and multiplier', async () => {
    await fc.assert(
      fc.asyncProperty(
        geometry,
        fc.integer({ min: 1, max: 3 }),
        async ({ height, width, channels, steps, seed, ...rest }, depthMultiplier) => {
          // tfjs knows equal strides only.
          const strides: [number, number] = [steps.strides[0], steps.strides[0]];
          await expectParity(
            tfl.layers.depthwiseConv2d({ inputShape: [height, width, channels], depthMultiplier, ...rest, strides }),
            seed,
          );
        },
      ),
      SWEEP,
    );
  });

  it('SeparableConv2D agrees with tfjs for any kernel, stride, dilation, padding, size and multiplier', async () => {
    await fc.assert(
      fc.asyncProperty(
        geometry,
        fc.integer({ min: 1, max: 3 }),
        async ({ height, width, channels, steps, seed, ...rest }, depthMultiplier) => {
          const strides: [number, number] = [steps.strides[0], steps.strides[0]];
          await expectParity(
            tfl.layers.separableConv2d({ inputShape: [height, width, channels], filters: 3, depthMultiplier, ...rest, ...steps, strides }),
            seed,
          );
        },
      ),
      SWEEP,
    );
  });

  it('Conv1D agrees with tfjs for any kernel, stride, dilation, padding and length', async () => {
    await fc.assert(
      fc.asyncProperty(geometry, async ({ height, channels, kernelSize, steps, padding, useBias, seed }) => {
        const [strides] = steps.strides;
        const [dilationRate] = steps.dilationRate;
        await expectParity(
          tfl.layers.conv1d({
            inputShape: [height, channels],
            filters: 2,
            kernelSize: kernelSize[0],
            strides,
            dilationRate,
            padding,
            useBias,
          }),
          seed,
        );
      }),
      SWEEP,
    );
  });

  it('pads an odd element behind, as TensorFlow does', async () => {
    const layer = tfl.layers.conv2d({ inputShape: [6, 6, 1], filters: 1, kernelSize: 3, strides: 2, padding: 'same' });
    const { proto } = await measureSeededParity(tfl.sequential({ layers: [layer] }));
    const pads = proto.graph.node.find((node) => node.opType === 'Conv')?.attribute.find((attribute) => attribute.name === 'pads');
    expect(pads?.ints).toEqual([0, 0, 1, 1]);
  });
});

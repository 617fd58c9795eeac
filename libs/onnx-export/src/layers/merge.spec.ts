import { describe, expect, it } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';
import { measureSeededParity, TOLERANCE } from '../testing/parity.js';

const MERGES = [
  ['Add', () => tfl.layers.add()],
  ['Multiply', () => tfl.layers.multiply()],
  ['Average', () => tfl.layers.average()],
  ['Maximum', () => tfl.layers.maximum()],
  ['Minimum', () => tfl.layers.minimum()],
  ['Concatenate', () => tfl.layers.concatenate()],
] as const;

/** Merges one input per shape, as they come or each behind a convolution of its own (so channels first). */
function mergeOf(layer: tfl.layers.Layer, shapes: readonly number[][], convolved: readonly number[] = []): tfl.LayersModel {
  const inputs = shapes.map((shape) => tfl.input({ shape }));
  const branches = inputs.map((input, index) => {
    if (!convolved.includes(index)) return input;
    return tfl.layers.conv2d({ filters: shapes[index]?.at(-1) ?? 1, kernelSize: 1 }).apply(input) as tfl.SymbolicTensor;
  });
  return tfl.model({ inputs, outputs: layer.apply(branches) as tfl.SymbolicTensor });
}

async function differenceOf(model: tfl.LayersModel): Promise<number> {
  return (await measureSeededParity(model)).maxAbsDifference;
}

describe('merges', () => {
  it.each(MERGES)('%s of three vectors agrees with tfjs', async (_name, create) => {
    expect(await differenceOf(mergeOf(create(), [[5], [5], [5]]))).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each(MERGES)('%s of images in both layouts agrees with tfjs', async (_name, create) => {
    expect(
      await differenceOf(
        mergeOf(
          create(),
          [
            [4, 3, 2],
            [4, 3, 2],
          ],
          [0],
        ),
      ),
    ).toBeLessThanOrEqual(TOLERANCE);
    expect(
      await differenceOf(
        mergeOf(
          create(),
          [
            [4, 3, 2],
            [4, 3, 2],
          ],
          [0, 1],
        ),
      ),
    ).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each(MERGES.slice(0, -1))('%s of an image and one value for each channel agrees with tfjs', async (_name, create) => {
    expect(
      await differenceOf(
        mergeOf(
          create(),
          [
            [4, 3, 2],
            [1, 1, 2],
          ],
          [0],
        ),
      ),
    ).toBeLessThanOrEqual(TOLERANCE);
    expect(await differenceOf(mergeOf(create(), [[4, 3, 2], [2]], [0]))).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each([1, 2, 3, -1])('Concatenate along axis %i agrees with tfjs in both layouts', async (axis) => {
    expect(
      await differenceOf(
        mergeOf(tfl.layers.concatenate({ axis }), [
          [4, 3, 2],
          [4, 3, 2],
        ]),
      ),
    ).toBeLessThanOrEqual(TOLERANCE);
    expect(
      await differenceOf(
        mergeOf(
          tfl.layers.concatenate({ axis }),
          [
            [4, 3, 2],
            [4, 3, 2],
          ],
          [1],
        ),
      ),
    ).toBeLessThanOrEqual(TOLERANCE);
  });

  it.each(MERGES)('%s of flattened images agrees with tfjs', async (_name, create) => {
    const inputs = [tfl.input({ shape: [4, 3, 2] }), tfl.input({ shape: [4, 3, 2] })];
    const flat = inputs.map(
      (input) => tfl.layers.flatten().apply(tfl.layers.conv2d({ filters: 3, kernelSize: 2 }).apply(input)) as tfl.SymbolicTensor,
    );
    const outputs = tfl.layers.dense({ units: 2 }).apply(create().apply(flat)) as tfl.SymbolicTensor;
    expect(await differenceOf(tfl.model({ inputs, outputs }))).toBeLessThanOrEqual(TOLERANCE);
  });

  it('adds two convolutions without a Transpose between them', async () => {
    const { operators } = await measureSeededParity(
      mergeOf(
        tfl.layers.add(),
        [
          [4, 3, 1],
          [4, 3, 1],
        ],
        [0, 1],
      ),
    );
    expect(operators).toEqual(['Reshape', 'Conv', 'Reshape', 'Conv', 'Add', 'Reshape']);
  });
});

import { describe, expect, it } from '@jest/globals';
import { datasetSource } from './dataset-source.js';
import { twoFeaturePointsSource } from './two-feature-points-source.js';

describe('twoFeaturePointsSource', () => {
  it('labels points by the sign of x1 + x2, but for one in a hundred', async () => {
    const { inputs, labels } = (await twoFeaturePointsSource().read()).training;
    const points = inputs.data as Float32Array;
    const agreeing = [...(labels.data as Int32Array)].filter((label, row) => label === Number((points[2 * row] as number) + (points[2 * row + 1] as number) > 0)).length;
    expect(agreeing / 4_000).toBeGreaterThan(0.98);
    expect(agreeing).toBeLessThan(4_000);
  });

  it('draws the same points from the same seed and others from another', async () => {
    const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => twoFeaturePointsSource(seed).read()));
    expect(again?.digest).toBe(first?.digest);
    expect(other?.digest).not.toBe(first?.digest);
  });

  it('holds out rows it does not train on', async () => {
    const { training, heldOut } = await twoFeaturePointsSource().read();
    const known = new Set(pairs(training.inputs.data as Float32Array));
    expect(pairs(heldOut.inputs.data as Float32Array).filter((pair) => known.has(pair))).toEqual([]);
  });
});

describe('datasetSource', () => {
  it('names the datasets there are when asked for another', () => {
    expect(() => datasetSource('constructor')).toThrow('There is no dataset "constructor"; the datasets are: mnist, two-feature-points.');
  });
});

function pairs(points: Float32Array): string[] {
  return Array.from({ length: points.length / 2 }, (_, row) => `${points[2 * row]},${points[2 * row + 1]}`);
}

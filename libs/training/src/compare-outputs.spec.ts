import { describe, expect, it } from '@jest/globals';
import type { Signature } from '@switchyard/model-registry';
import { tensor, type TensorMap } from '@switchyard/tensor';
import { compareOutputs } from './compare-outputs.js';

const signature: Signature = { inputs: [], outputs: [{ name: 'p', dtype: 'float32', shape: [-1, 2], finite: false }] };

describe('compareOutputs', () => {
  it('finds the largest difference over all rows', () => {
    const { maxAbsDifference, sameArgmax } = compareOutputs(signature, outputs(0.5, 0.25, 0, 1), outputs(0.5, 0.375, 0.0625, 1));
    expect(maxAbsDifference).toBe(0.125);
    expect(sameArgmax).toBe(true);
  });

  it('notices a row whose largest output has moved, however little', () => {
    expect(compareOutputs(signature, outputs(0.5, 0.4999, 0, 1), outputs(0.4999, 0.5, 0, 1)).sameArgmax).toBe(false);
  });

  it('lets a NaN on either side agree with nothing', () => {
    expect(compareOutputs(signature, outputs(Number.NaN, 1), outputs(0, 1)).maxAbsDifference).toBeNaN();
    expect(compareOutputs(signature, outputs(1, 0), outputs(1, Number.NaN)).maxAbsDifference).toBeNaN();
  });

  it('refuses to compare a missing output or another shape', () => {
    expect(() => compareOutputs(signature, outputs(1, 0), new Map())).toThrow('One form of the model has no output "p".');
    expect(() => compareOutputs(signature, outputs(1, 0), outputs(1, 0, 0, 1))).toThrow('has shape [1,2] in one form of the model and [2,2] in the other');
  });
});

function outputs(...values: number[]): TensorMap {
  return new Map([['p', tensor('float32', [values.length / 2, 2], Float32Array.from(values))]]);
}

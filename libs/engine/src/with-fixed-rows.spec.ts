import { describe, expect, it } from '@jest/globals';
import { numericData, rowCount, tensor, type TensorMap } from '@switchyard/tensor';
import type { NativeModel } from './define-engine.js';
import { withFixedRows } from './with-fixed-rows.js';

const rowsOf = (...values: number[]): TensorMap => new Map([['x', tensor('float32', [values.length, 1], Float32Array.from(values))]]);

describe('withFixedRows', () => {
  it.each([
    [[1, 2], [[1, 2, 2, 2]]],
    [[1, 2, 3, 4], [[1, 2, 3, 4]]],
    [[1, 2, 3, 4, 5], [[1, 2, 3, 4], [5, 5, 5, 5]]],
  ])('gives rows %p to the model as %p, and answers them in order', async (given, pieces) => {
    const seen: number[][] = [];
    const answer = await withFixedRows(doubling(seen), 4).run(rowsOf(...given));
    expect(seen).toEqual(pieces);
    expect(answer).toEqual(new Map([['y', tensor('float32', [given.length, 1], Float32Array.from(given, (value) => 2 * value))]]));
  });

  it('declares the rows open', () => {
    const { inputs, outputs } = withFixedRows(doubling([]), 4).declared;
    expect([inputs[0]!.shape, outputs[0]!.shape]).toEqual([[null, 1], null]);
  });

  it('refuses answers that would shift the rows behind them', async () => {
    const native = { ...doubling([]), run: async () => new Map([['y', tensor('float32', [3, 1], new Float32Array(3))]]) };
    await expect(withFixedRows(native, 4).run(rowsOf(1))).rejects.toMatchObject({
      kind: 'engine-failed',
      message: 'The model takes 4 rows at a time; its output "y" answered them with 3 rows.',
    });
  });
});

/** Takes four rows, and keeps what it was given. */
function doubling(seen: number[][]): NativeModel {
  return {
    declared: { inputs: [{ name: 'x', dtype: 'float32', shape: [4, 1] }], outputs: [{ name: 'y', dtype: 'float32', shape: null }] },
    async run(inputs) {
      const x = numericData(inputs.get('x')!) as Float32Array;
      seen.push([...x]);
      return new Map([['y', tensor('float32', [rowCount(inputs), 1], x.map((value) => 2 * value))]]);
    },
    release: async () => undefined,
  };
}

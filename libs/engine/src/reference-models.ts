import { numericData, rowCount, tensor, type TensorMap } from '@switchyard/tensor';
import type { Signature } from '@switchyard/model-registry';

/** A model small enough to work out by hand, in plain JavaScript: what the conformance suite holds every engine against. */
export interface ReferenceModel {
  readonly signature: Signature;
  /** Inputs that tell rows apart: row k is the same whatever `rows` is. */
  sampleInputs(rows: number): TensorMap;
  run(inputs: TensorMap): TensorMap;
}

/**
 * The numbers of the affine model, for those who write it in an engine's own format. Kernels are row-major `[in, out]`.
 * Every number is exact in binary, so engines may add in any order.
 */
export const AFFINE = {
  scores: { kernel: [1, -2, 0.5, 0.25, -1, 4], bias: [0.5, -1] },
  total: { kernel: [1, 1, 1] },
} as const;

/** The table of the lookup model: 4 entries of 3 numbers. */
export const LOOKUP_TABLE = [0, 0.5, 1, 10, 10.5, 11, 20, 20.5, 21, -1, -2, -3] as const;

const FEATURES = 3;
const SCORES = 2;

/**
 * `scores = x · kernel + bias + offset` and `total = sum of x`: float32, two inputs, two outputs.
 * Files of it should declare inputs and outputs in the reverse order, so that an engine that ignores names is found out.
 */
const affine: ReferenceModel = {
  signature: {
    inputs: [
      { name: 'x', dtype: 'float32', shape: [-1, FEATURES], finite: false },
      { name: 'offset', dtype: 'float32', shape: [-1, SCORES], finite: false },
    ],
    outputs: [
      { name: 'total', dtype: 'float32', shape: [-1, 1], finite: false },
      { name: 'scores', dtype: 'float32', shape: [-1, SCORES], finite: false },
    ],
  },
  sampleInputs: (rows) =>
    new Map([
      [
        'x',
        tensor(
          'float32',
          [rows, FEATURES],
          Float32Array.from({ length: rows * FEATURES }, (_, index) => (index % 64) * 0.25 - 2),
        ),
      ],
      [
        'offset',
        tensor(
          'float32',
          [rows, SCORES],
          Float32Array.from({ length: rows * SCORES }, (_, index) => index % 5),
        ),
      ],
    ]),
  run(inputs) {
    const rows = rowCount(inputs);
    const x = numbersOf(inputs, 'x', rows * FEATURES);
    const offset = numbersOf(inputs, 'offset', rows * SCORES);
    const feature = (row: number, index: number) => x[row * FEATURES + index] ?? NaN;
    const total = Float32Array.from({ length: rows }, (_, row) => feature(row, 0) + feature(row, 1) + feature(row, 2));
    const scores = Float32Array.from({ length: rows * SCORES }, (_, index) => {
      const row = Math.floor(index / SCORES);
      const column = index % SCORES;
      const weighted = [0, 1, 2].reduce((sum, k) => sum + feature(row, k) * (AFFINE.scores.kernel[k * SCORES + column] ?? NaN), 0);
      return weighted + (AFFINE.scores.bias[column] ?? NaN) + (offset[index] ?? NaN);
    });
    return new Map([
      ['total', tensor('float32', [rows, 1], total)],
      ['scores', tensor('float32', [rows, SCORES], scores)],
    ]);
  },
};

/** `vectors = LOOKUP_TABLE[ids]`: int32 in, one rank more out. */
const lookup: ReferenceModel = {
  signature: {
    inputs: [{ name: 'ids', dtype: 'int32', shape: [-1, 2], finite: false }],
    outputs: [{ name: 'vectors', dtype: 'float32', shape: [-1, 2, 3], finite: false }],
  },
  sampleInputs: (rows) =>
    new Map([
      [
        'ids',
        tensor(
          'int32',
          [rows, 2],
          Int32Array.from({ length: rows * 2 }, (_, index) => (index * 3 + 1) % 4),
        ),
      ],
    ]),
  run(inputs) {
    const rows = rowCount(inputs);
    const ids = numbersOf(inputs, 'ids', rows * 2);
    const vectors = Float32Array.from(
      { length: rows * 6 },
      (_, index) => LOOKUP_TABLE[(ids[Math.floor(index / 3)] ?? NaN) * 3 + (index % 3)] ?? NaN,
    );
    return new Map([['vectors', tensor('float32', [rows, 2, 3], vectors)]]);
  },
};

export const REFERENCE_MODELS = { affine, lookup } as const;
export type ReferenceModelName = keyof typeof REFERENCE_MODELS;

/** Throws a plain error where an engine's native library would: the engine around it turns that into `engine-failed`. */
function numbersOf(inputs: TensorMap, name: string, length: number): Float32Array | Int32Array {
  const found = inputs.get(name);
  const data = found === undefined ? [] : numericData(found);
  if (data.length !== length) throw new RangeError(`input "${name}" holds ${data.length} numbers, not ${length}`);
  return data as Float32Array | Int32Array;
}

import { describe, expect, it } from '@jest/globals';
import { signatureSchema } from '@switchyard/model-registry';
import { tensor } from '@switchyard/tensor';
import { validateInputs } from './validate-request.js';

const signature = signatureSchema.parse({
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1], openRank: true }],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 2] }],
});

const inputsOf = (...shape: number[]) => new Map([['x', tensor('float32', shape, new Float32Array(shape.reduce((product, size) => product * size, 1)))]]);

describe('validateInputs, for an input whose rank is open', () => {
  it.each([[[4]], [[4, 2]], [[4, 1, 2, 1, 1, 1, 1, 1]]])('accepts the shape %j and counts its rows', (shape) => {
    expect(validateInputs(inputsOf(...shape), signature)).toBe(4);
  });

  it.each([[[]], [[1, 1, 1, 1, 1, 1, 1, 1, 1]]])('refuses the shape %j', (shape) => {
    expect(() => validateInputs(inputsOf(...shape), signature)).toThrow(
      `The input "x" has shape [${shape.join(',')}]; 1 to 8 dimensions are expected, of which the first counts the rows.`,
    );
  });
});

describe('a signature', () => {
  it('leaves a rank open with the shape [-1] only', () => {
    const closed = { inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2], openRank: true }], outputs: signature.outputs };
    expect(() => signatureSchema.parse(closed)).toThrow('a tensor of open rank has the shape [-1]');
  });
});

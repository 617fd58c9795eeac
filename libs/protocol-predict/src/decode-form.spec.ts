import { describe, expect, it } from '@jest/globals';
import type { Signature } from '@switchyard/model-registry';
import { tensor } from '@switchyard/tensor';
import { decodeForm } from './decode-form.js';

const output = { name: 'y', dtype: 'float32' as const, shape: [-1, 1], finite: false };

function taking(shape: number[], dtype: 'float32' | 'string' = 'float32'): Signature {
  return { inputs: [{ name: 'x', dtype, shape, finite: true }], outputs: [output] };
}

describe('decodeForm', () => {
  it('puts x1, x2 in one row, whatever their order', () => {
    expect(decodeForm({ x2: '2.25', x1: ' 1.5 ' }, taking([-1, 2]))).toEqual(new Map([['x', tensor('float32', [1, 2], Float32Array.of(1.5, 2.25))]]));
  });

  it('takes as many fields as there are where the model leaves their number open', () => {
    expect(decodeForm({ x1: '1', x2: '-2e1', x3: '.5' }, taking([-1, -1])).get('x')).toEqual(tensor('float32', [1, 3], Float32Array.of(1, -20, 0.5)));
  });

  it.each<[Record<string, string>, string]>([
    [{ x1: '1' }, 'The form lacks the field "x2"; "x1" and "x2" are expected.'],
    [{}, 'The form lacks the field "x1"; "x1" and "x2" are expected.'],
    [{ x1: '1', x2: '2', x3: '3' }, 'The form has a field "x3"; exactly "x1" and "x2" are expected.'],
    [{ x1: '1', x2: '2', constructor: '3' }, 'The form has a field "constructor"; exactly "x1" and "x2" are expected.'],
    [{ x1: 'one', x2: '2' }, 'The field "x1" is "one"; a number is expected.'],
    [{ x1: '', x2: '2' }, 'The field "x1" is ""; a number is expected.'],
    [{ x1: '0x10', x2: '2' }, 'The field "x1" is "0x10"; a number is expected.'],
    [{ x1: 'NaN', x2: '2' }, 'The field "x1" is "NaN"; a number is expected.'],
    [{ x1: '1e400', x2: '2' }, 'The field "x1" is 1e400; at most 3.4e38 is expected.'],
    [{ x1: 'a'.repeat(1_000), x2: '2' }, `The field "x1" is "${'a'.repeat(50)}…"; a number is expected.`],
  ])('refuses %j', (fields, message) => {
    expect(() => decodeForm(fields, taking([-1, 2]))).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });

  it.each([taking([-1, 28, 28, 1]), taking([-1, 2], 'string'), { ...taking([-1, 2]), inputs: [...taking([-1, 2]).inputs, ...taking([-1, 2]).inputs] }])('refuses forms for a model that takes no list of numbers', (signature) => {
    expect(() => decodeForm({ x1: '1', x2: '2' }, signature)).toThrow('This model does not take one list of numbers');
  });
});

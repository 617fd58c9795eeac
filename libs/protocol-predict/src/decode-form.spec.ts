import { describe, expect, it } from '@jest/globals';
import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { tensor } from '@switchyard/tensor';
import { decodeForm } from './decode-form.js';

const output = { name: 'y', dtype: 'float32' as const, shape: [-1, 1], finite: false };

function taking(shape: number[], dtype: TensorSpec['dtype'] = 'float32'): Signature {
  return { inputs: [{ name: 'x', dtype, shape, finite: true }], outputs: [output] };
}

describe('decodeForm', () => {
  it('puts x1, x2 in one row, whatever their order', () => {
    expect(decodeForm({ x2: '2.25', x1: ' 1.5 ' }, taking([-1, 2]))).toEqual(new Map([['x', tensor('float32', [1, 2], Float32Array.of(1.5, 2.25))]]));
  });

  it('takes as many fields as there are where the model leaves their number open', () => {
    expect(decodeForm({ x1: '1', x2: '-2e1', x3: '.5' }, taking([-1, -1])).get('x')).toEqual(tensor('float32', [1, 3], Float32Array.of(1, -20, 0.5)));
  });

  it('reads 100,000 fields without a search for each', () => {
    const count = 100_000;
    const fields = Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${count - index}`, '1']));
    const started = performance.now();
    expect(decodeForm(fields, taking([-1, -1])).get('x')?.shape).toEqual([1, count]);
    // Measured: 0.1 s. With a search for each field, 20,000 took 0.3 s, and so 100,000 eight.
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it.each([
    ['float64', '1e300', Float64Array.of(1e300)],
    ['int8', '-128', Int8Array.of(-128)],
    ['uint16', '+65535', Uint16Array.of(65_535)],
    ['int32', '-007', Int32Array.of(-7)],
    ['int64', '-9223372036854775808', BigInt64Array.of(-(2n ** 63n))],
    ['uint64', '18446744073709551615', BigUint64Array.of(2n ** 64n - 1n)],
  ] as const)('makes the %s that the model takes', (dtype, x1, data) => {
    expect(decodeForm({ x1 }, taking([-1, 1], dtype)).get('x')).toEqual(tensor(dtype, [1, 1], data));
  });

  it.each([
    ['float64', '1e400', 'The field "x1" is 1e400; at most 1.8e+308 is expected.'],
    ['int32', '1.5', 'The field "x1" is "1.5"; a whole number from -2147483648 to 2147483647 is expected.'],
    ['int32', '2147483648', 'The field "x1" is 2147483648; a whole number from -2147483648 to 2147483647 is expected.'],
    ['uint8', '-1', 'The field "x1" is -1; a whole number from 0 to 255 is expected.'],
    ['int64', '9'.repeat(1_000), `The field "x1" is "${'9'.repeat(50)}…"; a whole number from -9223372036854775808 to 9223372036854775807 is expected.`],
    ['uint64', '18446744073709551616', 'The field "x1" is 18446744073709551616; a whole number from 0 to 18446744073709551615 is expected.'],
  ] as const)('refuses what is no %s: %s', (dtype, x1, message) => {
    expect(() => decodeForm({ x1 }, taking([-1, 1], dtype))).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
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
    [{ x1: '1e400', x2: '2' }, 'The field "x1" is 1e400; at most 3.4e+38 is expected.'],
    [{ x1: 'a'.repeat(1_000), x2: '2' }, `The field "x1" is "${'a'.repeat(50)}…"; a number is expected.`],
  ])('refuses %j', (fields, message) => {
    expect(() => decodeForm(fields, taking([-1, 2]))).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });

  it.each([taking([-1, 28, 28, 1]), taking([-1, 2], 'string'), taking([-1, 2], 'bool'), { ...taking([-1, 2]), inputs: [...taking([-1, 2]).inputs, ...taking([-1, 2]).inputs] }])('refuses forms for a model that takes no list of numbers', (signature) => {
    expect(() => decodeForm({ x1: '1', x2: '2' }, signature)).toThrow('This model does not take one list of numbers');
  });
});

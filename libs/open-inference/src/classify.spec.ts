import { describe, expect, it } from '@jest/globals';
import { tensor, type Tensor } from '@switchyard/tensor';
import { classify } from './classify.js';

function textsOf({ data }: Tensor): string[] {
  return (data as readonly Uint8Array[]).map((element) => Buffer.from(element).toString('utf8'));
}

describe('classify', () => {
  it('names the greatest values of each row, greatest first, the first of equals first', () => {
    const classes = classify(tensor('float32', [2, 4], Float32Array.of(1, 5, 10, 4, 7, 7, 7, 8)), 3, null);
    expect([classes.dtype, classes.shape, textsOf(classes)]).toEqual(['string', [2, 3], ['10:2', '5:1', '4:3', '8:3', '7:0', '7:1']]);
  });

  it('adds labels where there are any', () => {
    expect(textsOf(classify(tensor('float32', [1, 3], Float32Array.of(0.1, 0.7, 0.2)), 3, ['cat', 'dog']))).toEqual(['0.7:1:dog', '0.2:2', '0.1:0:cat']);
  });

  it('writes values in the fewest digits that read back to them', () => {
    const values = Float32Array.of(0.30000001, 1e-9, 16_777_216);
    const written = textsOf(classify(tensor('float32', [1, 3], values), 3, null)).map((text) => Math.fround(Number(text.split(':')[0])));
    expect(written).toEqual([values[2], values[0], values[1]]);
    expect(textsOf(classify(tensor('float64', [1, 1], Float64Array.of(0.1)), 1, null))).toEqual(['0.1:0']);
  });

  it('compares 64-bit integers exactly, and NaN as less than any number', () => {
    expect(textsOf(classify(tensor('int64', [1, 2], BigInt64Array.of(2n ** 62n, 2n ** 62n + 1n)), 1, null))).toEqual(['4611686018427387905:1']);
    expect(textsOf(classify(tensor('float32', [1, 3], Float32Array.of(NaN, -Infinity, NaN)), 3, null))).toEqual(['-Infinity:1', 'NaN:0', 'NaN:2']);
  });

  it('takes all the sizes behind the rows for classes, and gives no more than there are', () => {
    expect(classify(tensor('int32', [1, 2, 2], Int32Array.of(1, 2, 3, 4)), 9, null).shape).toEqual([1, 4]);
    expect(classify(tensor('int32', [0, 2], new Int32Array(0)), 1, null).shape).toEqual([0, 1]);
  });

  it.each([['string', 'BYTES'], ['float16', 'FP16'], ['bool', 'BOOL']] as const)('refuses %s', (dtype, datatype) => {
    const output: Tensor = { dtype, shape: [1, 1], data: dtype === 'string' ? [Buffer.from('a')] : dtype === 'float16' ? Uint16Array.of(0) : Uint8Array.of(0) };
    expect(() => classify(output, 1, null)).toThrow(`class result not available for output due to unsupported type '${datatype}'`);
  });
});

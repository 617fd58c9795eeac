import { describe, expect, it } from '@jest/globals';
import type { Dtype } from '@switchyard/tensor';
import type { Json } from './parse-json.js';
import { toElement, toTensorData, type ElementPolicy } from './to-element.js';

const policy: ElementPolicy = {
  toBytes: (value) => Buffer.from(String(value)),
  wrongType: (_value, dtype) => new Error(`no ${dtype}`),
  outOfRange: (_value, dtype) => new Error(`beyond ${dtype}`),
};

describe('toElement', () => {
  it.each<[Json, Dtype, number | bigint]>([
    [1.5, 'float32', 1.5], [9007199254740993n, 'float64', 9007199254740992], [Infinity, 'float32', Infinity], [1, 'int8', 1], [-128, 'int8', -128], [255n, 'uint8', 255],
    [3, 'int64', 3n], [18446744073709551615n, 'uint64', 18446744073709551615n], [true, 'bool', 1], [false, 'bool', 0],
  ])('%p is %s as %p', (value, dtype, element) => {
    expect(toElement(value, dtype, policy)).toBe(element);
  });

  it.each<[Json, Dtype, string]>([
    ['1', 'float32', 'no float32'], [null, 'float64', 'no float64'], [1e39, 'float32', 'beyond float32'], [1.5, 'int32', 'no int32'], [128, 'int8', 'beyond int8'], [-1, 'uint64', 'beyond uint64'],
    [NaN, 'int16', 'no int16'], [1, 'bool', 'no bool'], [1, 'float16', 'no float16'],
  ])('%p is refused as %s, in the words of the protocol', (value, dtype, words) => {
    expect(() => toElement(value, dtype, policy)).toThrow(words);
  });

  it('leaves bytes to the protocol', () => {
    expect(toElement('x', 'string', policy)).toEqual(Buffer.from('x'));
  });
});

describe('toTensorData', () => {
  it('puts elements into the array of their type', () => {
    expect(toTensorData([1n, -1n], 'int64')).toEqual(BigInt64Array.of(1n, -1n));
    expect(toTensorData([1, 0], 'bool')).toEqual(Uint8Array.of(1, 0));
    expect(toTensorData([Buffer.from('x')], 'string')).toEqual([Buffer.from('x')]);
  });
});

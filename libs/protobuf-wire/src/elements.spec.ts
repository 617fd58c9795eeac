import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allocate, type NumericArray, type NumericDtype } from '@switchyard/tensor';
import { packElements } from './pack-elements.js';
import { RepeatedScalar } from './repeated-scalar.js';
import { unpackElements } from './unpack-elements.js';

const INTEGERS: readonly [NumericDtype, fc.Arbitrary<number | bigint>][] = [
  ['int8', fc.integer({ min: -128, max: 127 })], ['int16', fc.integer({ min: -32_768, max: 32_767 })], ['int32', fc.integer()],
  ['uint8', fc.nat(255)], ['uint16', fc.nat(65_535)], ['uint32', fc.integer({ min: 0, max: 2 ** 32 - 1 })],
  ['int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })], ['uint64', fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })], ['float16', fc.nat(65_535)], ['bool', fc.nat(1)],
];

function arrayOf(dtype: NumericDtype, values: readonly (number | bigint)[]): NumericArray {
  const array = allocate(dtype, values.length);
  (array as unknown as { set(from: readonly (number | bigint)[]): void }).set(values);
  return array;
}

describe('packed integers', () => {
  it.each(INTEGERS)('of %s come back as they were', (dtype, values) => {
    fc.assert(
      fc.property(fc.array(values), (list) => {
        const elements = arrayOf(dtype, list);
        expect(unpackElements(dtype, 'varint', packElements('varint', elements))).toEqual(elements);
      }),
    );
  });

  it('are written in as few bytes as they need', () => {
    expect([...packElements('varint', Int32Array.of(0, 127, 128, -1))]).toEqual([0, 127, 128, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
    expect([...packElements('varint', BigInt64Array.of(300n))]).toEqual([172, 2]);
  });

  it.each([
    ['uint8', 256], ['uint8', -1], ['int8', 128], ['int16', 40_000], ['uint16', 65_536],
  ] as const)('that do not fit are refused, not wrapped: %s %d', (dtype, value) => {
    expect(() => unpackElements(dtype, 'varint', packElements('varint', Int32Array.of(value)))).toThrow(`The integer ${value} does not fit ${dtype}.`);
  });

  it('that are cut short or too long are refused', () => {
    expect(() => unpackElements('int64', 'varint', Uint8Array.of(1, 128))).toThrow('ends within an integer');
    for (const dtype of ['int32', 'int64', 'bool'] as const) {
      expect(() => unpackElements(dtype, 'varint', Uint8Array.of(...Array<number>(10).fill(128), 0))).toThrow('takes 11 bytes');
    }
  });
});

describe('packed floats', () => {
  it('are a view of the message where their offset allows it, else a copy', () => {
    const message = Buffer.from(Float32Array.of(0, 1.5, -2).buffer);
    const aligned = unpackElements('float32', 'fixed', message.subarray(4));
    expect(aligned).toEqual(Float32Array.of(1.5, -2));
    expect(aligned.buffer).toBe(message.buffer);
    const shifted = Buffer.concat([Buffer.of(0), message]);
    expect(unpackElements('float32', 'fixed', shifted.subarray(1))).toEqual(Float32Array.of(0, 1.5, -2));
  });

  it('that end within an element are refused', () => {
    expect(() => unpackElements('float64', 'fixed', Buffer.alloc(9))).toThrow('9 bytes hold no whole number of float64 elements of 8 bytes.');
  });
});

describe('RepeatedScalar', () => {
  it('joins pieces, and leaves a single one where it is', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (pieces) => {
        const joined = new RepeatedScalar();
        for (const piece of pieces) joined.append(piece);
        expect(Buffer.from(joined.bytes)).toEqual(Buffer.concat(pieces));
      }),
    );
    const only = Uint8Array.of(1, 2);
    const single = new RepeatedScalar();
    single.append(only);
    expect(single.bytes).toBe(only);
  });
});

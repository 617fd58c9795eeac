import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeFrame, encodeFrame } from './tensor-frame.js';
import { tensor } from './tensor.js';

describe('tensor frame', () => {
  it('gives back what went in, at any offset in memory', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 50 }), fc.array(fc.uint8Array(), { maxLength: 5 }), fc.nat(7), (numbers, strings, offset) => {
        const inputs = new Map([
          ['x', tensor('float32', [numbers.length], numbers)],
          ['s', tensor('string', [strings.length], strings)],
          ['n', tensor('int64', [2], BigInt64Array.of(-1n, 2n ** 60n))],
        ]);
        const frame = encodeFrame({ id: 7 }, inputs);
        const shifted = Buffer.alloc(frame.byteLength + offset);
        frame.copy(shifted, offset);
        const { meta, tensors } = decodeFrame<{ id: number }>(shifted.subarray(offset));
        expect(meta).toEqual({ id: 7 });
        expect([...(tensors.get('x')?.data as Float32Array)]).toEqual([...numbers]);
        expect((tensors.get('s')?.data as Uint8Array[]).map((s) => [...s])).toEqual(strings.map((s) => [...s]));
        expect([...(tensors.get('n')?.data as BigInt64Array)]).toEqual([-1n, 2n ** 60n]);
      }),
    );
  });

  it('refuses a frame that is cut short anywhere', () => {
    const frame = encodeFrame({}, new Map([['x', tensor('float32', [2], Float32Array.of(1, 2))]]));
    for (let length = 0; length < frame.byteLength; length++) {
      expect(() => decodeFrame(frame.subarray(0, length))).toThrow();
    }
  });
});

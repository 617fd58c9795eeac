import { describe, expect, it } from '@jest/globals';
import { preprocessingSchema, type Preprocessing } from '@switchyard/model-registry';
import { writeRow } from './write-row.js';

/** Two pixels beside each other. */
const PIXELS = { bytes: Uint8Array.of(10, 20, 30, 110, 120, 255), channels: 3 };

function preprocessing(settings: Partial<Preprocessing>): Preprocessing {
  return preprocessingSchema.parse({ kind: 'image', width: 2, height: 1, channels: 3, mean: [0], std: [1], scale: 1, ...settings });
}

function row(settings: Partial<Preprocessing>, dtype: 'float16' | 'float32' | 'uint8' | 'int32' = 'float32', inverted = false): number[] {
  return [...writeRow(PIXELS, { preprocessing: preprocessing(settings), dtype, inverted })].map(Number);
}

describe('writeRow', () => {
  it('keeps pixels together as NHWC and channels together as NCHW', () => {
    expect(row({ layout: 'NHWC' })).toEqual([10, 20, 30, 110, 120, 255]);
    expect(row({ layout: 'NCHW' })).toEqual([10, 110, 20, 120, 30, 255]);
  });

  it('turns RGB to BGR, and takes mean and std in that order', () => {
    const settings = { channelOrder: 'BGR' as const, mean: [1, 2, 3], std: [1, 2, 1] };
    expect(row(settings)).toEqual([29, 9, 7, 254, 59, 107]);
    expect(row({ ...settings, layout: 'NCHW' })).toEqual([29, 254, 9, 59, 7, 107]);
  });

  it('scales as (x − mean) · scale / std, in the precision of float32', () => {
    expect(row({ mean: [127.5], std: [127.5] })).toEqual([10, 20, 30, 110, 120, 255].map((x) => Math.fround(x / 127.5 - 1)));
    expect(row({ scale: 1 / 255 })).toEqual([10, 20, 30, 110, 120, 255].map((x) => Math.fround(x / 255)));
  });

  it('inverts before it scales', () => {
    expect(row({ mean: [5] }, 'float32', true)).toEqual([240, 230, 220, 140, 130, -5]);
  });

  it('writes bytes as they are for a model that takes bytes', () => {
    const values = writeRow(PIXELS, { preprocessing: preprocessing({}), dtype: 'uint8', inverted: false });
    expect(values).toEqual(PIXELS.bytes);
  });

  it('rounds what becomes an integer, and ends at the range of bytes', () => {
    expect(row({ mean: [25], std: [2] }, 'int32')).toEqual([-7, -2, 3, 43, 48, 115]);
    expect(row({ mean: [25], scale: 3 }, 'uint8')).toEqual([0, 0, 15, 255, 255, 255]);
  });

  it('writes the bits of float16', () => {
    // 0, 1, 1.5, the largest number, and infinity: IEEE 754, binary16.
    const pixels = { bytes: Uint8Array.of(0, 1), channels: 1 };
    const grey = (settings: Partial<Preprocessing>) => [...writeRow(pixels, { preprocessing: preprocessing({ channels: 1, ...settings }), dtype: 'float16', inverted: false })];
    expect(grey({})).toEqual([0, 0x3c00]);
    expect(grey({ scale: 1.5 })).toEqual([0, 0x3e00]);
    expect(grey({ scale: 65_504 })).toEqual([0, 0x7bff]);
    expect(grey({ scale: 1 / 3 })).toEqual([0, 0x3555]);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp, { type JpegOptions } from 'sharp';
import { plainJpegSize } from './plain-jpeg-size.js';

const jpeg = (width: number, height: number, options: JpegOptions = {}): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#6a5' } }).jpeg(options).toBuffer();

describe('plainJpegSize', () => {
  it.each([{}, { progressive: true }, { mozjpeg: true }, { chromaSubsampling: '4:4:4' }])('reads what the library reads: %j', async (options) => {
    for (const [width, height] of [[1, 1], [3, 700], [224, 224], [1_025, 16]] as const) {
      expect(plainJpegSize(await jpeg(width, height, options))).toEqual({ width, height });
    }
  });

  it('leaves a picture with EXIF data to the library', async () => {
    const turned = await sharp(await jpeg(40, 20)).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    expect(plainJpegSize(turned)).toBeNull();
  });

  it('leaves a file with fill bytes before a marker to the library, and takes nothing behind them for a frame', () => {
    const [frame, jump] = [Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 20, 0, 40]), 0xc000];
    const filled = Buffer.alloc(jump + 64);
    filled.set([0xff, 0xd8, 0xff, ...frame]);
    filled.set([0xff, 0xc0, 0, 17, 8, 0, 1, 0, 1], 4 + jump); // where one lands who takes the marker for a length
    expect(plainJpegSize(filled)).toBeNull();
  });

  it('says nothing of a file that ends before its frame, and never fails', async () => {
    const file = await jpeg(40, 20);
    const frameAt = file.indexOf(Buffer.from([0xff, 0xc0]));
    expect(plainJpegSize(file.subarray(0, frameAt + 8))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(file.length - 1), (noise, at) => {
      const damaged = Buffer.from(file);
      damaged.set(noise.subarray(0, file.length - at), at);
      const size = plainJpegSize(damaged);
      expect(size === null || (size.width > 0 && size.height > 0)).toBe(true);
    }), { numRuns: 2_000 });
  });
});

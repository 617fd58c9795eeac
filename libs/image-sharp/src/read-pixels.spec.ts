import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { readPixels, type Sizing } from './read-pixels.js';

/** A picture whose red says in which column, and whose green in which row of `blocks`×`blocks` pixels a pixel lies. */
async function map(columns: number, rows: number, block: number): Promise<Buffer> {
  const [width, height] = [columns * block, rows * block];
  const bytes = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) bytes.set([Math.floor(x / block), Math.floor(y / block), 0], (y * width + x) * 3);
  }
  return sharp(bytes, { raw: { width, height, channels: 3 } }).png().toBuffer();
}

async function blocksOf(file: Buffer, sizing: Sizing): Promise<[number, number][]> {
  const { bytes, channels } = await readPixels(file, sizing);
  expect(bytes).toHaveLength(sizing.width * sizing.height * channels);
  return Array.from({ length: sizing.width * sizing.height }, (_, pixel) => [bytes[pixel * channels]!, bytes[pixel * channels + 1]!]);
}

describe('readPixels', () => {
  it('cuts the middle out of a picture whose shorter side it has made as long as asked', async () => {
    // 6×10 blocks of 4 pixels, made 6×10 pixels: the middle 4×2 are columns 1 to 4 and rows 4 and 5.
    const sizing = { width: 4, height: 2, resizeShortSide: 6, filter: 'nearest' as const };
    expect(await blocksOf(await map(6, 10, 4), sizing)).toEqual([4, 5].flatMap((row) => [1, 2, 3, 4].map((column) => [column, row])));
    expect(await blocksOf(await map(10, 6, 4), sizing)).toEqual([2, 3].flatMap((row) => [3, 4, 5, 6].map((column) => [column, row])));
  });

  it('cuts on the left and above where the middle lies between two pixels', async () => {
    const sizing = { width: 3, height: 3, resizeShortSide: 4, filter: 'nearest' as const };
    expect(await blocksOf(await map(4, 4, 4), sizing)).toEqual([0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => [column, row])));
  });

  it('cuts where it has turned the picture upright', async () => {
    const lying = await sharp(await map(10, 6, 4)).rotate(-90).withMetadata({ orientation: 6 }).png().toBuffer();
    expect(await sharp(lying).metadata()).toMatchObject({ width: 24, height: 40 });
    const sizing = { width: 4, height: 2, resizeShortSide: 6, filter: 'nearest' as const };
    expect(await blocksOf(lying, sizing)).toEqual([2, 3].flatMap((row) => [3, 4, 5, 6].map((column) => [column, row])));
  });

  it('stretches the whole picture where no shorter side is given', async () => {
    const pixels = await blocksOf(await map(4, 2, 8), { width: 4, height: 4, resizeShortSide: null, filter: 'nearest' });
    expect(pixels).toEqual([0, 0, 1, 1].flatMap((row) => [0, 1, 2, 3].map((column) => [column, row])));
  });

  it.each(['bilinear', 'bicubic', 'lanczos'] as const)('averages over all that a smaller pixel covers with %s', async (filter) => {
    // Columns of one pixel, black and white in turn: whoever looks at the nearest two or four pixels only answers anything between.
    const bytes = Uint8Array.from({ length: 96 * 96 * 3 }, (_, index) => (Math.floor(index / 3) % 2) * 255);
    const file = await sharp(bytes, { raw: { width: 96, height: 96, channels: 3 } }).png().toBuffer();
    const { bytes: pixels } = await readPixels(file, { width: 8, height: 8, resizeShortSide: 10, filter });
    for (const level of pixels) expect(Math.abs(level - 127.5)).toBeLessThan(8);
  });

  it('decodes a large JPEG as it decodes the same picture as PNG, within what its compression changed', async () => {
    // Waves of many lengths, 12 times as large as what is asked for: a decoder that halves too often shows other waves.
    const size = 1_536;
    const bytes = Uint8Array.from({ length: size * size }, (_, index) => 128 + 100 * Math.sin(((index % size) ** 2 + Math.floor(index / size) ** 2) / 40_000));
    const picture = sharp(bytes, { raw: { width: size, height: size, channels: 1 } });
    const sizing = { width: 112, height: 112, resizeShortSide: 128, filter: 'bilinear' as const };
    const [jpeg, png] = await Promise.all([picture.clone().jpeg({ quality: 100 }).toBuffer(), picture.clone().png().toBuffer()].map(async (file) => readPixels(await file, sizing)));
    // Measured: 0.9 and 4, of 200 between crest and trough.
    const differences = jpeg!.bytes.map((level, index) => Math.abs(level - png!.bytes[index]!));
    expect(differences.reduce((sum, difference) => sum + difference, 0) / differences.length).toBeLessThan(1.5);
    expect(Math.max(...differences)).toBeLessThanOrEqual(6);
  });

  it.each([[16_384, 1], [1, 16_384], [1, 1]])('makes something of a picture of %d×%d pixels', async (width, height) => {
    const file = await sharp({ create: { width, height, channels: 3, background: { r: 9, g: 99, b: 199 } } }).png().toBuffer();
    const { bytes } = await readPixels(file, { width: 224, height: 224, resizeShortSide: 256, filter: 'bicubic' });
    expect(bytes).toEqual(Buffer.alloc(224 * 224 * 3, Uint8Array.of(9, 99, 199)));
  });
});

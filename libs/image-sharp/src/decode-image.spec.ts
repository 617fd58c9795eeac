import { describe, expect, it } from '@jest/globals';
import { crc32 } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { preprocessingSchema, type Preprocessing, type TensorSpec } from '@switchyard/model-registry';
import { decodeImage } from './decode-image.js';

const DIGITS: Preprocessing = preprocessingSchema.parse({ kind: 'image', width: 28, height: 28, channels: 1, mean: [0], std: [1], scale: 1 / 255, invertLightBackground: true });
const DIGIT_INPUT: TensorSpec = { name: 'x', dtype: 'float32', shape: [-1, 28, 28, 1], finite: true };
const PHOTOS: Preprocessing = preprocessingSchema.parse({ kind: 'image', width: 8, height: 8, channels: 3, mean: [0, 0, 0], std: [1, 1, 1], scale: 1, invertLightBackground: false });
const PHOTO_INPUT: TensorSpec = { name: 'x', dtype: 'float32', shape: [-1, 8, 8, 3], finite: true };

type Colour = { r: number; g: number; b: number; alpha?: number };
const RED: Colour = { r: 255, g: 0, b: 0 };
const BLUE: Colour = { r: 0, g: 0, b: 255 };
const BLACK: Colour = { r: 0, g: 0, b: 0 };
const WHITE: Colour = { r: 255, g: 255, b: 255 };

function plain(width: number, height: number, background: Colour): Sharp {
  return sharp({ create: { width, height, channels: background.alpha === undefined ? 3 : 4, background } });
}

/** A vertical stroke in the middle, as a "1". */
function stroke(ink: Colour, paper: Colour): Sharp {
  const line = { create: { width: 12, height: 60, channels: 3 as const, background: ink } };
  return plain(84, 84, paper).composite([{ input: line, gravity: 'centre' }]);
}

/** Left half red, right half blue. */
async function halves(width: number, height: number): Promise<Sharp> {
  const right = { create: { width: width / 2, height, channels: 3 as const, background: BLUE } };
  return sharp(await plain(width, height, RED).composite([{ input: right, left: width / 2, top: 0 }]).png().toBuffer());
}

async function digit(file: Uint8Array): Promise<{ middle: number; corner: number }> {
  const { data, shape } = await decodeImage(file, DIGITS, DIGIT_INPUT);
  expect(shape).toEqual([1, 28, 28, 1]);
  return { middle: (data as Float32Array)[14 * 28 + 14]!, corner: (data as Float32Array)[0]! };
}

async function photo(file: Uint8Array): Promise<(x: number, y: number) => number[]> {
  const { data, shape } = await decodeImage(file, PHOTOS, PHOTO_INPUT);
  expect(shape).toEqual([1, 8, 8, 3]);
  return (x, y) => [...(data as Float32Array).subarray((y * 8 + x) * 3, (y * 8 + x) * 3 + 3)];
}

function close(colour: Colour, within = 12): unknown[] {
  return [colour.r, colour.g, colour.b].map((value) => ({ asymmetricMatch: (given: number) => Math.abs(given - value) <= within }));
}

describe('decodeImage for digits', () => {
  it('reads light ink on black as it is', async () => {
    expect(await digit(await stroke(WHITE, BLACK).png().toBuffer())).toEqual({ middle: 1, corner: 0 });
  });

  it('inverts dark ink on paper', async () => {
    expect(await digit(await stroke(BLACK, WHITE).jpeg().toBuffer())).toEqual({ middle: expect.closeTo(1, 1), corner: expect.closeTo(0, 1) });
  });

  it('leaves dark ink on paper when the model does not ask for inversion', async () => {
    const file = await stroke(BLACK, WHITE).png().toBuffer();
    const { data } = await decodeImage(file, { ...DIGITS, invertLightBackground: false }, DIGIT_INPUT);
    expect((data as Float32Array)[0]).toBe(1);
  });

  it.each([['black', BLACK], ['white', WHITE]])('sees %s ink on a transparent background', async (_, ink) => {
    const line = { create: { width: 12, height: 60, channels: 3 as const, background: ink } };
    const file = await plain(84, 84, { ...BLACK, alpha: 0 }).composite([{ input: line, gravity: 'centre' }]).png().toBuffer();
    expect(await digit(file)).toEqual({ middle: 1, corner: 0 });
  });

  it('reads grey with transparency', async () => {
    const pixels = Uint8Array.from({ length: 28 * 28 * 2 }, (_, index) => (index % 2 === 0 ? 200 : 255));
    const file = await sharp(pixels, { raw: { width: 28, height: 28, channels: 2 } }).toColourspace('b-w').png({ palette: false }).toBuffer();
    expect(await digit(file)).toEqual({ middle: Math.fround(200 / 255), corner: Math.fround(200 / 255) });
  });

  it('weighs colours as the eye does', async () => {
    expect((await digit(await plain(28, 28, RED).png().toBuffer())).middle).toBeCloseTo(0.299, 2);
    expect((await digit(await plain(28, 28, BLUE).png().toBuffer())).middle).toBeCloseTo(0.114, 2);
  });

  it('reads 16-bit grey', async () => {
    const file = await stroke(WHITE, BLACK).toColourspace('grey16').png().toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ depth: 'ushort' });
    expect(await digit(file)).toEqual({ middle: 1, corner: 0 });
  });

  it('reads the middle of 16-bit grey as the middle', async () => {
    const pixels = new Uint16Array(28 * 28).fill(0x8000);
    const file = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } }).toColourspace('grey16').png().toBuffer();
    expect(await digit(file)).toEqual({ middle: Math.fround(128 / 255), corner: Math.fround(128 / 255) });
  });

  it('reads a picture already of the size pixel by pixel', async () => {
    const pixels = Uint8Array.from({ length: 784 }, (_, index) => (index * 37) % 256);
    const file = await sharp(pixels, { raw: { width: 28, height: 28, channels: 1 } }).png().toBuffer();
    const { data } = await decodeImage(file, { ...DIGITS, invertLightBackground: false }, DIGIT_INPUT);
    expect(data).toEqual(Float32Array.from(pixels, (pixel) => pixel / 255));
  });

  it('flattens the pixels for a model that takes them flat', async () => {
    const file = await stroke(WHITE, BLACK).png().toBuffer();
    const { shape } = await decodeImage(file, DIGITS, { ...DIGIT_INPUT, shape: [-1, 784] });
    expect(shape).toEqual([1, 784]);
  });

  it('says when preprocessing and signature do not fit', async () => {
    const file = await stroke(WHITE, BLACK).png().toBuffer();
    await expect(decodeImage(file, DIGITS, { ...DIGIT_INPUT, shape: [-1, 32, 32, 1] })).rejects.toMatchObject({
      kind: 'model-invalid',
      message: 'The model\'s preprocessing makes pictures of [1,28,28,1], but its input "x" is float32[-1,32,32,1].',
    });
  });
});

describe('decodeImage for photos', () => {
  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)('reads %s', async (format) => {
    const at = await photo(await (await halves(64, 32)).toFormat(format).toBuffer());
    expect(at(0, 4)).toEqual(close(RED));
    expect(at(7, 4)).toEqual(close(BLUE));
  });

  it('turns a picture upright as its EXIF data says', async () => {
    const at = await photo(await (await halves(64, 32)).withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect(at(4, 0)).toEqual(close(RED));
    expect(at(4, 7)).toEqual(close(BLUE));
  });

  it('puts transparency on white', async () => {
    const at = await photo(await plain(16, 16, { ...RED, alpha: 0.5 }).png().toBuffer());
    expect(at(3, 3)).toEqual(close({ r: 255, g: 127, b: 127 }));
  });

  it('converts CMYK', async () => {
    const file = await plain(16, 16, RED).toColourspace('cmyk').jpeg().toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ space: 'cmyk' });
    expect((await photo(file))(3, 3)).toEqual(close(RED, 40));
  });

  it('makes three channels of grey', async () => {
    const at = await photo(await plain(16, 16, { r: 90, g: 90, b: 90 }).toColourspace('b-w').png().toBuffer());
    expect(at(3, 3)).toEqual(close({ r: 90, g: 90, b: 90 }, 1));
  });

  it('reads a palette, with and without transparency', async () => {
    const opaque = await (await halves(64, 32)).png({ palette: true, colours: 4 }).toBuffer();
    expect((await photo(opaque))(7, 4)).toEqual(close(BLUE));
    const clear = await plain(16, 16, { ...RED, alpha: 0 }).png({ palette: true }).toBuffer();
    expect(await sharp(clear).metadata()).toMatchObject({ isPalette: true, hasAlpha: true });
    expect((await photo(clear))(3, 3)).toEqual(close(WHITE));
  });

  it('reads 16-bit colours', async () => {
    const file = await plain(16, 16, { r: 255, g: 128, b: 1 }).toColourspace('rgb16').png().toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ depth: 'ushort', space: 'rgb16' });
    expect((await photo(file))(3, 3)).toEqual(close({ r: 255, g: 128, b: 1 }, 1));
  });

  it.each(['gif', 'webp'] as const)('takes the first frame of an animated %s', async (format) => {
    const frames = await Promise.all([RED, BLUE].map((colour) => plain(16, 16, colour).png().toBuffer()));
    const file = await sharp(frames, { join: { animated: true } }).toFormat(format).toBuffer();
    expect(await sharp(file).metadata()).toMatchObject({ pages: 2 });
    expect((await photo(file))(4, 4)).toEqual(close(RED));
  });

  it('scales each channel by its own mean and deviation', async () => {
    const file = await plain(8, 8, { r: 255, g: 51, b: 0 }).png().toBuffer();
    const preprocessing: Preprocessing = { ...PHOTOS, mean: [127.5, 51, 0], std: [127.5, 2, 1], scale: 2 };
    const { data } = await decodeImage(file, preprocessing, PHOTO_INPUT);
    expect([...(data as Float32Array).subarray(0, 3)]).toEqual([2, 0, 0]);
  });
});

describe('refused uploads', () => {
  it('refuses a tiny file that claims to be huge, by its header', async () => {
    const bomb = withSize(await plain(1, 1, RED).png().toBuffer(), 30_000, 30_000);
    expect(bomb.length).toBeLessThan(500);
    await expect(photo(bomb)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: 'The image is 30000×30000 pixels; at most 16384 on each side and 50000000 in all are accepted.',
    });
  });

  it('refuses a picture within the sides but of too many pixels', async () => {
    await expect(photo(withSize(await plain(1, 1, RED).png().toBuffer(), 10_000, 10_000))).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  it('takes fewer pixels of AVIF, whose decoder needs more memory for each', async () => {
    await expect(photo(await avifClaiming(4_001, 4_000))).rejects.toMatchObject({
      kind: 'invalid-input',
      message: 'The image is 4001×4000 pixels; at most 16384 on each side and 16000000 in all are accepted.',
    });
  });

  it('refuses an AVIF that is larger than it claims', async () => {
    await expect(photo(await avifClaiming(16, 16))).rejects.toMatchObject({ kind: 'invalid-input', message: 'The image cannot be decoded: the file is damaged or cut short.' });
  });

  it('refuses a JPEG of a thousand scans, each of which is valid', async () => {
    const jpeg = await plain(64, 64, RED).jpeg({ progressive: true }).toBuffer();
    await expect(photo(withScans(jpeg, 1_000))).rejects.toMatchObject({
      kind: 'invalid-input',
      message: 'The JPEG is drawn in more than 500 scans; at most 500 are accepted.',
    });
    expect((await photo(withScans(jpeg, 400)))(3, 3)).toEqual(close(RED));
  });

  it.each(['png', 'jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)('refuses a %s cut short', async (format) => {
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, index) => (index * 7919) % 251);
    const file = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } }).toFormat(format).toBuffer();
    await expect(photo(file.subarray(0, Math.floor(file.length / 2)))).rejects.toMatchObject({
      kind: 'invalid-input',
      message: 'The image cannot be decoded: the file is damaged or cut short.',
    });
  });

  it('refuses every prefix of a picture, or reads it', async () => {
    const file = await stroke(BLACK, WHITE).png().toBuffer();
    for (let length = 1; length < file.length; length += 7) {
      const read = digit(file.subarray(0, length)).then(() => 'read', (error: { kind: string }) => error.kind);
      expect(['read', 'invalid-input', 'unsupported-media-type']).toContain(await read);
    }
  });

  it('refuses a picture of more channels than colours have', async () => {
    const file = tiffOfChannels(5);
    expect(await sharp(file).metadata()).toMatchObject({ channels: 5 });
    await expect(photo(file)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: 'The image has 5 channels, which are no colours; grey or RGB, with or without alpha, is expected.',
    });
  });

  it('refuses an empty file', async () => {
    await expect(photo(new Uint8Array(0))).rejects.toMatchObject({ kind: 'invalid-input', message: 'The uploaded file is empty; an image is expected.' });
  });

  it.each([
    ['text', Buffer.from('Hello, world'), '"Hello, w"'],
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>'), '"<svg xml"'],
    ['BMP', Buffer.from([0x42, 0x4d, 0x36, 0, 0, 0, 0, 0, 0, 0]), 'the bytes 424d360000000000'],
  ])('refuses %s', async (_, file, beginning) => {
    await expect(photo(file)).rejects.toMatchObject({
      kind: 'unsupported-media-type',
      message: `The uploaded file begins with ${beginning}, which no accepted image does; PNG, JPEG, GIF, WebP, TIFF and AVIF are accepted.`,
    });
  });
});

/** The PNG with other dimensions in its header, whose checksum is right. */
function withSize(png: Buffer, width: number, height: number): Buffer {
  const patched = Buffer.from(png);
  patched.writeUInt32BE(width, 16);
  patched.writeUInt32BE(height, 20);
  patched.writeUInt32BE(crc32(patched.subarray(12, 29)), 29);
  return patched;
}

/** An AVIF of 64×64 pixels whose box `ispe` (ISO/IEC 23008-12, 6.5.3) claims another size. */
async function avifClaiming(width: number, height: number): Promise<Buffer> {
  const file = await plain(64, 64, RED).avif().toBuffer();
  const size = file.indexOf('ispe', 0, 'latin1') + 8;
  file.writeUInt32BE(width, size);
  file.writeUInt32BE(height, size + 4);
  return file;
}

/**
 * The progressive JPEG with its last scan as many times more. It refines one bit, which no decoder accepts twice; as a first pass over
 * all bits (the last byte of its header, ITU-T T.81 B.2.3) it may come again and again.
 */
function withScans(jpeg: Buffer, count: number): Buffer {
  const image = jpeg.subarray(0, -2);
  const scan = Buffer.from(image.subarray(image.lastIndexOf(Buffer.from([0xff, 0xda]))));
  scan[2 + scan.readUInt16BE(2) - 1] = 0;
  return Buffer.concat([image, ...Array<Buffer>(count).fill(scan), jpeg.subarray(-2)]);
}

/** An uncompressed TIFF of 8×8 pixels, as satellites send them: RGB and further bands (TIFF 6.0, sections 2 and 6). */
function tiffOfChannels(channels: number): Buffer {
  const size = 8;
  const fields = [
    [256, 3, size], [257, 3, size], [258, 3, 8], [259, 3, 1], [262, 3, 2], [273, 4, 200],
    [277, 3, channels], [278, 3, size], [279, 4, size * size * channels], [284, 3, 1],
  ] as const;
  const file = Buffer.alloc(200 + size * size * channels, 90);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(fields.length, 8);
  fields.forEach(([tag, type, value], index) => {
    const entry = 10 + index * 12;
    file.writeUInt16LE(tag, entry);
    file.writeUInt16LE(type, entry + 2);
    file.writeUInt32LE(1, entry + 4);
    file.writeUInt32LE(value, entry + 8);
  });
  file.writeUInt32LE(0, 10 + fields.length * 12);
  return file;
}

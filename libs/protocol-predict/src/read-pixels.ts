import { ServingError } from '@switchyard/errors';
import sharp, { type OutputInfo } from 'sharp';
import { bitmapFormat, type ImageFormat } from './image-format.js';
import { DECODE_TIMEOUT_S, MAX_PIXELS, assertDecodable } from './image-limits.js';
import { assertFewScans } from './jpeg-scans.js';

// Uploads do not repeat, so libvips need not keep what it decoded; and many small pictures gain nothing from several threads for each.
sharp.cache(false);
sharp.concurrency(1);

/** Pixels row by row, `channels` bytes each: grey (1), RGB (3) or RGBA (4). */
export interface Pixels {
  readonly bytes: Uint8Array;
  readonly channels: number;
}

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes the first frame, upright as its EXIF data says, as 8-bit RGB or RGBA in sRGB, stretched to the size asked for.
 * All of it runs in libuv's threads, so as many at a time as there are (four by default).
 * @throws ServingError `invalid-input` or `unsupported-media-type` saying what is wrong with the file; `deadline-exceeded` after ten seconds.
 */
export async function readPixels(file: Uint8Array, size: PixelSize): Promise<Pixels> {
  await assertHeader(file, bitmapFormat(file));
  const { data, info } = await decode(file, size);
  if (info.channels === 3 || info.channels === 4) return { bytes: data, channels: info.channels };
  throw new ServingError('invalid-input', `The image has ${info.channels} channels, which are no colours; grey or RGB, with or without alpha, is expected.`);
}

async function decode(file: Uint8Array, { width, height }: PixelSize): Promise<{ data: Buffer; info: OutputInfo }> {
  try {
    return await sharp(file, { limitInputPixels: MAX_PIXELS, failOn: 'error' })
      .timeout({ seconds: DECODE_TIMEOUT_S })
      .autoOrient()
      .resize(width, height, { fit: 'fill' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw decodeError(error);
  }
}

/** Everything that can be known before a pixel is decoded. */
async function assertHeader(file: Uint8Array, format: ImageFormat): Promise<void> {
  if (format === 'jpeg') assertFewScans(file);
  const { width, height } = await sharp(file, { limitInputPixels: false }).metadata().catch((error: unknown) => {
    throw damaged(error);
  });
  assertDecodable({ width, height, format });
}

function decodeError(error: unknown): ServingError {
  if (error instanceof Error && error.message.startsWith('timeout')) {
    return new ServingError('deadline-exceeded', `Decoding the image took longer than ${DECODE_TIMEOUT_S} seconds.`, { cause: error });
  }
  return damaged(error);
}

function damaged(error: unknown): ServingError {
  return new ServingError('invalid-input', 'The image cannot be decoded: the file is damaged or cut short.', { cause: error });
}

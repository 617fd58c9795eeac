import { ServingError } from '@switchyard/errors';
import { bitmapFormat, type ImageFormat } from './image-format.js';
import { assertDecodable, type ImageHeader } from './image-limits.js';
import { assertFewScans } from './jpeg-scans.js';
import { loadSharp } from './load-sharp.js';
import { plainJpegSize } from './plain-jpeg-size.js';

/**
 * Everything that can be known of an encoded picture before a pixel is decoded: that it is a bitmap of a format we read, how large its
 * header says it is, how often a JPEG is drawn. The library reads the header in one of libuv's threads: 0.15 ms, where decoding takes one to four.
 * @returns width and height as the picture is seen, so after turning it as its EXIF data says.
 * @throws ServingError `invalid-input` or `unsupported-media-type` saying what is wrong with the file.
 */
export async function readImageHeader(file: Uint8Array): Promise<ImageHeader> {
  const format = bitmapFormat(file);
  if (format === 'jpeg') assertFewScans(file);
  const { stored, upright } = await readSizes(file, format);
  assertDecodable({ ...stored, format });
  return { ...upright, format };
}

type Size = Pick<ImageHeader, 'width' | 'height'>;

async function readSizes(file: Uint8Array, format: ImageFormat): Promise<{ readonly stored: Size; readonly upright: Size }> {
  const plain = format === 'jpeg' ? plainJpegSize(file) : null;
  if (plain !== null) return { stored: plain, upright: plain };
  const sharp = await loadSharp();
  const { width, height, autoOrient } = await sharp(file, { limitInputPixels: false }).metadata().catch((error: unknown) => {
    throw damagedImage(error);
  });
  return { stored: { width, height }, upright: autoOrient };
}

export function damagedImage(cause: unknown): ServingError {
  return new ServingError('invalid-input', 'The image cannot be decoded: the file is damaged or cut short.', { cause });
}

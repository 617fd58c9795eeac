import { ServingError } from '@switchyard/errors';
import type { ImageFormat } from './image-format.js';

/** Decoding takes up to twelve bytes a pixel (a progressive JPEG inside a TIFF: 570 MB, measured), and each of libuv's threads may hold one picture. */
const MAX_PIXELS = 50_000_000;
/** The decoder of AVIF takes some twenty bytes a pixel: 300 MB and a second for 16 megapixels, 900 MB and five seconds for 50, measured. */
const MAX_AVIF_PIXELS = 16_000_000;
const MAX_SIDE = 16_384;
/** Bounds decoding between lines of pixels; what libraries do before the first line is bounded by the limits on the header. */
export const DECODE_TIMEOUT_S = 10;

/** What the decoder may be given of a format. */
export function maxPixelsOf(format: ImageFormat): number {
  return format === 'avif' ? MAX_AVIF_PIXELS : MAX_PIXELS;
}

export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly format: ImageFormat;
}

/** Refuses by what the header claims, before a pixel is decoded: a file of some bytes can claim gigabytes. @throws ServingError `invalid-input`. */
export function assertDecodable({ width, height, format }: ImageHeader): void {
  const maxPixels = maxPixelsOf(format);
  if (width <= MAX_SIDE && height <= MAX_SIDE && width * height <= maxPixels) return;
  throw new ServingError(
    'invalid-input',
    `The image is ${width}×${height} pixels; at most ${MAX_SIDE} on each side and ${maxPixels} in all are accepted.`,
  );
}

import { ServingError } from '@switchyard/errors';

/** Decoding takes three or four bytes a pixel, and each of libuv's threads may hold one picture. */
export const MAX_PIXELS = 50_000_000;
export const MAX_SIDE = 16_384;
/** A picture within the limits decodes in well under a second; a file made to be slow does not get longer than this. */
export const DECODE_TIMEOUT_S = 10;

/** Refuses by what the header claims, before a pixel is decoded: a file of some bytes can claim gigabytes. @throws ServingError `invalid-input`. */
export function assertDecodable(width: number, height: number): void {
  if (width <= MAX_SIDE && height <= MAX_SIDE && width * height <= MAX_PIXELS) return;
  throw new ServingError(
    'invalid-input',
    `The image is ${width}×${height} pixels; at most ${MAX_SIDE} on each side and ${MAX_PIXELS} in all are accepted.`,
  );
}

import { ServingError } from '@switchyard/errors';
import type { Preprocessing } from '@switchyard/model-registry';
import type { KernelEnum, OutputInfo, Sharp } from 'sharp';
import { DECODE_TIMEOUT_S, maxPixelsOf, type ImageHeader } from './image-limits.js';
import { loadSharp } from './load-sharp.js';
import { damagedImage, readImageHeader } from './read-image-header.js';

/** Pixels row by row, `channels` bytes each: grey (1), RGB (3) or RGBA (4). */
export interface Pixels {
  readonly bytes: Uint8Array;
  readonly channels: number;
}

/** How a picture of any size becomes one of the model's. */
export type Sizing = Pick<Preprocessing, 'width' | 'height' | 'resizeShortSide' | 'filter'>;

/** All of them average over what a pixel of the smaller picture covers, as Pillow does and OpenCV does not. */
const KERNELS: Record<Preprocessing['filter'], keyof KernelEnum> = { nearest: 'nearest', bilinear: 'linear', bicubic: 'cubic', lanczos: 'lanczos3' };

/**
 * Decodes the first frame, upright as its EXIF data says, as 8-bit RGB or RGBA in sRGB: resized so that its shorter side is
 * `resizeShortSide` and the middle cut out, or stretched to the size. All of it runs in libuv's threads, so as many at a time as there
 * are (four by default).
 * @throws ServingError `invalid-input` or `unsupported-media-type` saying what is wrong with the file; `deadline-exceeded` after ten seconds.
 */
export async function readPixels(file: Uint8Array, sizing: Sizing): Promise<Pixels> {
  const { data, info } = await decode(file, sizing);
  if (info.channels === 3 || info.channels === 4) return { bytes: data, channels: info.channels };
  throw new ServingError('invalid-input', `The image has ${info.channels} channels, which are no colours; grey or RGB, with or without alpha, is expected.`);
}

async function decode(file: Uint8Array, sizing: Sizing): Promise<{ data: Buffer; info: OutputInfo }> {
  const header = await readImageHeader(file);
  const sharp = await loadSharp();
  // Profiles are left aside, as Pillow, TensorFlow and OpenCV do: the model has learnt from pictures read like that.
  const upright = sharp(file, { limitInputPixels: maxPixelsOf(header.format), failOn: 'error', ignoreIcc: true }).timeout({ seconds: DECODE_TIMEOUT_S }).autoOrient();
  try {
    return await resized(upright, header, sizing).toColourspace('srgb').raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw decodeError(error);
  }
}

/**
 * A JPEG is decoded at half its size (and so on) only where the result is still twice as large as what is needed: `fastShrinkOnLoad`,
 * the default, would take the last halving from the JPEG's blocks, which is another filter than the one asked for.
 */
function resized(image: Sharp, header: ImageHeader, { width, height, resizeShortSide: side, filter }: Sizing): Sharp {
  const options = { kernel: KERNELS[filter], fastShrinkOnLoad: false, fit: 'fill' } as const;
  if (side === null) return image.resize(width, height, options);
  const scale = side / Math.min(header.width, header.height);
  const [wide, high] = [Math.round(header.width * scale), Math.round(header.height * scale)];
  // Rounded down where the middle lies between two pixels, as TensorFlow does, and Pillow's users.
  return image.resize(wide, high, options).extract({ left: (wide - width) >> 1, top: (high - height) >> 1, width, height });
}

function decodeError(error: unknown): ServingError {
  if (error instanceof Error && error.message.startsWith('timeout')) {
    return new ServingError('deadline-exceeded', `Decoding the image took longer than ${DECODE_TIMEOUT_S} seconds.`, { cause: error });
  }
  return damagedImage(error);
}

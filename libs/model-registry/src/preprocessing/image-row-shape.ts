import { elementCount } from '@switchyard/tensor';
import type { Preprocessing } from '../manifest.js';
import type { TensorSpec } from '../signature.js';

/** Element types that a picture can be written as; integers are rounded. */
export const IMAGE_DTYPES = ['float16', 'float32', 'uint8', 'int32'] as const;
export type ImageDtype = (typeof IMAGE_DTYPES)[number];

type Dimensions = Pick<Preprocessing, 'width' | 'height' | 'channels' | 'layout'>;

export function isImageDtype(dtype: string): dtype is ImageDtype {
  return (IMAGE_DTYPES as readonly string[]).includes(dtype);
}

/**
 * The shape of one row that the preprocessing makes for this input: `[1,height,width,channels]` or `[1,channels,height,width]` as its
 * layout says, `[1,height,width]` where a grey picture has no dimension for it, or `[1,n]` where the model takes its pixels flat.
 * @returns null when the input takes no such picture.
 */
export function imageRowShape({ width, height, channels, layout }: Dimensions, { dtype, shape }: Pick<TensorSpec, 'dtype' | 'shape'>): number[] | null {
  if (!isImageDtype(dtype)) return null;
  const image = layout === 'NHWC' ? [1, height, width, channels] : [1, channels, height, width];
  const candidates = [image, ...(channels === 1 ? [[1, height, width]] : []), [1, elementCount(image)]];
  return candidates.find((given) => given.length === shape.length && given.every((size, index) => shape[index] === -1 || shape[index] === size)) ?? null;
}

import { ServingError } from '@switchyard/errors';
import { imageRowShape, isImageDtype, type ImageDtype, type Preprocessing, type TensorSpec } from '@switchyard/model-registry';
import { formatShape, tensor, type Shape, type Tensor } from '@switchyard/tensor';
import { flattenAlpha } from './flatten-alpha.js';
import { hasLightBackground } from './has-light-background.js';
import { readPixels } from './read-pixels.js';
import { toGrey } from './to-grey.js';
import { writeRow } from './write-row.js';

/**
 * Turns an encoded picture into the one row a model takes: decoded, upright, resized and cut as the model wants it, on an even background,
 * grey or RGB, inverted where the model was trained on light ink, and each channel scaled as `(x − mean) · scale / std`.
 * @returns one row in the input's dtype and in the preprocessing's layout: `[1,height,width,channels]`, `[1,channels,height,width]`, or flat
 * where the signature has it flat. Integers are rounded.
 * @throws ServingError `unsupported-media-type` when the file is no PNG, JPEG, GIF, WebP, TIFF or AVIF; `invalid-input` when it is damaged or too
 * large; `deadline-exceeded` when decoding takes too long; `model-invalid` when preprocessing and signature do not fit each other.
 */
export async function decodeImage(file: Uint8Array, preprocessing: Preprocessing, spec: TensorSpec): Promise<Tensor> {
  const { width, height, channels, invertLightBackground } = preprocessing;
  const { dtype, shape } = rowOf(preprocessing, spec);
  const colours = flattenAlpha(await readPixels(file, preprocessing), invertLightBackground);
  const pixels = channels === 1 ? toGrey(colours) : colours;
  const inverted = invertLightBackground && hasLightBackground(pixels, width, height);
  return tensor(dtype, shape, writeRow(pixels, { preprocessing, dtype, inverted }));
}

function rowOf(preprocessing: Preprocessing, spec: TensorSpec): { dtype: ImageDtype; shape: Shape } {
  const shape = imageRowShape(preprocessing, spec);
  if (shape !== null && isImageDtype(spec.dtype)) return { dtype: spec.dtype, shape };
  const { width, height, channels, layout } = preprocessing;
  const image = formatShape(layout === 'NHWC' ? [1, height, width, channels] : [1, channels, height, width]);
  throw new ServingError('model-invalid', `The model's preprocessing makes pictures of ${image}, but its input "${spec.name}" is ${spec.dtype}${formatShape(spec.shape)}.`);
}

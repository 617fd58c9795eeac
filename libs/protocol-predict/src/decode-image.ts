import { ServingError } from '@switchyard/errors';
import type { Preprocessing, TensorSpec } from '@switchyard/model-registry';
import { formatShape, tensor, type Shape, type Tensor } from '@switchyard/tensor';
import { flattenAlpha } from './flatten-alpha.js';
import { hasLightBackground } from './has-light-background.js';
import { readPixels, type Pixels } from './read-pixels.js';
import { toGrey } from './to-grey.js';

/**
 * Turns an uploaded image file into the one row a model takes: decoded, upright, on an even background, resized, grey or RGB,
 * inverted where the model was trained on light ink, and each channel scaled as `(x − mean) · scale / std`.
 * @returns float32 `[1, height, width, channels]`, flattened where the signature has it flat.
 * @throws ServingError `unsupported-media-type` when the file is no PNG, JPEG, GIF, WebP, TIFF or AVIF; `invalid-input` when it is damaged or too
 * large; `model-invalid` when preprocessing and signature do not fit each other.
 */
export async function decodeImage(file: Uint8Array, preprocessing: Preprocessing, spec: TensorSpec): Promise<Tensor> {
  const { width, height, channels, invertLightBackground } = preprocessing;
  const shape = rowShape(preprocessing, spec);
  const colours = flattenAlpha(await readPixels(file, { width, height }), invertLightBackground);
  const pixels = channels === 1 ? toGrey(colours) : colours;
  const inverted = invertLightBackground && hasLightBackground(pixels, width, height);
  return tensor('float32', shape, normalize(pixels, preprocessing, inverted));
}

/** Scales by a table of the 256 values a channel can have. */
function normalize({ bytes, channels }: Pixels, preprocessing: Preprocessing, inverted: boolean): Float32Array {
  const tables = Array.from({ length: channels }, (_, channel) => scaleTable(preprocessing, channel, inverted));
  const values = new Float32Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) values[index] = tables[index % channels]![bytes[index]!]!;
  return values;
}

function scaleTable({ mean, std, scale }: Preprocessing, channel: number, inverted: boolean): Float32Array {
  const channelMean = mean[channel] ?? mean[0] ?? 0;
  const channelStd = std[channel] ?? std[0] ?? 1;
  return Float32Array.from({ length: 256 }, (_, byte) => (((inverted ? 255 - byte : byte) - channelMean) * scale) / channelStd);
}

/** `[1,height,width,channels]`, or `[1,n]` for models that take their pixels flat. */
function rowShape({ width, height, channels }: Preprocessing, { name, dtype, shape }: TensorSpec): Shape {
  const image = [1, height, width, channels];
  const flat = [1, height * width * channels];
  const fitting = [image, flat].find((given) => given.length === shape.length && given.every((size, index) => shape[index] === -1 || shape[index] === size));
  if (dtype === 'float32' && fitting !== undefined) return fitting;
  throw new ServingError('model-invalid', `The model's preprocessing makes float32${formatShape(image)}, but its input "${name}" is ${dtype}${formatShape(shape)}.`);
}

import { ServingError } from '@switchyard/errors';
import { formatShape } from '@switchyard/tensor';
import type { Preprocessing } from '../manifest.js';
import type { TensorSpec } from '../signature.js';
import { IMAGE_DTYPES, imageRowShape, isImageDtype } from './image-row-shape.js';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

type Layout = Preprocessing['layout'];

/** What was asked for beside the model; undefined where the model is to decide. */
export interface AskedDimensions {
  readonly layout: Layout | undefined;
  readonly crop: ImageSize | undefined;
}

/**
 * Reads from an input's shape how it takes a picture: four dimensions with 1 or 3 channels in second or last place, three for grey
 * ones, two for flat ones. What the shape leaves open must be asked for.
 * @throws ServingError `invalid-input` when it is no picture, does not fit what was asked, or leaves open what was not asked.
 */
export function imageInputDimensions(spec: TensorSpec, asked: AskedDimensions): ImageSize & Pick<Preprocessing, 'channels' | 'layout'> {
  if (!isImageDtype(spec.dtype)) throw refusal(spec, `and pictures need one of ${IMAGE_DTYPES.join(', ')}`);
  const layout = asked.layout ?? layoutOf(spec.shape);
  const size = asked.crop ?? sizeOf(spec, layout);
  const channels = channelsOf(spec, layout, size);
  const dimensions = { ...size, channels, layout };
  if (imageRowShape(dimensions, spec) !== null) return dimensions;
  throw refusal(spec, `which pictures of ${size.width}×${size.height} pixels and ${channels} channel${channels === 1 ? '' : 's'} as ${layout} do not fit`);
}

/** Channels first only where the shape says so: the second dimension counts channels and the last does not. */
function layoutOf([, second, , last]: readonly number[]): Layout {
  return isChannels(second) && !isChannels(last) ? 'NCHW' : 'NHWC';
}

function sizeOf(spec: TensorSpec, layout: Layout): ImageSize {
  const [height, width] = spec.shape.length === 2 ? [] : layout === 'NHWC' ? spec.shape.slice(1, 3) : spec.shape.slice(2, 4);
  if (height === undefined || width === undefined || height < 1 || width < 1) {
    throw refusal(spec, 'which does not say how large its pictures are; crop=<pixels> or crop=<width>x<height> is expected');
  }
  return { width, height };
}

function channelsOf(spec: TensorSpec, layout: Layout, { width, height }: ImageSize): 1 | 3 {
  const { shape } = spec;
  if (shape.length === 3) return 1;
  const channels = shape.length === 2 ? flatChannels(shape[1], width * height) : shape[layout === 'NHWC' ? 3 : 1];
  if (channels === -1) return 3;
  if (isChannels(channels)) return channels;
  throw refusal(spec, `and pictures of ${width}×${height} pixels as ${layout} need 1 or 3 channels there`);
}

function flatChannels(elements: number | undefined, pixels: number): number | undefined {
  return elements === undefined || elements === -1 ? elements : elements / pixels;
}

function isChannels(size: number | undefined): size is 1 | 3 {
  return size === 1 || size === 3;
}

function refusal({ name, dtype, shape }: TensorSpec, why: string): ServingError {
  return new ServingError('invalid-input', `The input "${name}" is ${dtype}${formatShape(shape)}, ${why}.`);
}

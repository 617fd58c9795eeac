import { ServingError } from '@switchyard/errors';
import { IMAGE_LAYOUTS, RESIZE_FILTERS, type Preprocessing } from '../manifest.js';
import type { TensorSpec } from '../signature.js';
import { imageInputDimensions, type ImageSize } from './image-input-dimensions.js';
import { NORMALIZATION_PRESETS, type Normalization, type NormalizationPreset } from './normalization-presets.js';
import { choice, invalidSetting, numbers, single, toNumber, toSide, type SettingValues } from './setting-values.js';
import { shown, splitSettings } from './split-settings.js';

const KEYS = ['resize', 'crop', 'filter', 'layout', 'order', 'mean', 'scale', 'std'] as const;

/** Most evaluations of ImageNet cut 224 pixels out of a picture whose shorter side is 256. */
const SHORT_SIDE_PER_CROP = 8 / 7;
const STRETCH = 'stretch';

/**
 * Reads how pictures become an input's tensor, as users write it: a preset (`tf`, `torch`, `caffe`, `none`), settings
 * (`resize=256,crop=224,filter=bicubic,layout=NCHW,order=BGR,mean=127,scale=1,std=128`), or a preset with settings that override it.
 *
 * `crop` (pixels, or width×height as `320x240`) is by default the input's size; `resize` (the shorter side before the crop, or `stretch`)
 * is by default 8/7 of the crop's longer side; `filter` bilinear; `layout` what the input's shape says; numbers may be fractions (`scale=1/255`)
 * and are one for all channels or one for each, for pixels of 0 to 255: x' = (x − mean) · scale / std.
 * @throws ServingError `invalid-input` naming the setting, its value and what was expected.
 */
export function parsePreprocessing(text: string, inputSpec: TensorSpec): Preprocessing {
  const { preset, values } = splitSettings(text);
  for (const key of values.keys()) assertKnown(key);
  const layout = choice('layout', values, IMAGE_LAYOUTS);
  const dimensions = imageInputDimensions(inputSpec, { layout, crop: cropOf(values) });
  const normalization = normalizationOf(presetOf(preset), values);
  assertPerChannel('mean', normalization.mean, dimensions.channels);
  assertPerChannel('std', normalization.std, dimensions.channels);
  return {
    kind: 'image',
    ...dimensions,
    ...normalization,
    invertLightBackground: false,
    resizeShortSide: shortSideOf(values, dimensions),
    filter: choice('filter', values, RESIZE_FILTERS) ?? 'bilinear',
  };
}

function presetOf(name: string | undefined): NormalizationPreset {
  if (name === undefined) return 'none';
  if (Object.hasOwn(NORMALIZATION_PRESETS, name)) return name as NormalizationPreset;
  throw refusal(`"${shown(name)}" is no preset of preprocessing`, `${Object.keys(NORMALIZATION_PRESETS).join(', ')} or settings as key=value are`);
}

function assertKnown(key: string): void {
  if ((KEYS as readonly string[]).includes(key)) return;
  throw refusal(`The preprocessing has a setting "${shown(key)}"`, `one of ${KEYS.join(', ')} is`);
}

function normalizationOf(preset: NormalizationPreset, values: SettingValues): Normalization {
  const { mean, std, scale, channelOrder } = NORMALIZATION_PRESETS[preset];
  return {
    mean: numbers('mean', values) ?? [...mean],
    std: numbers('std', values) ?? [...std],
    scale: single('scale', values, (value) => toNumber('scale', value)) ?? scale,
    channelOrder: choice('order', values, ['RGB', 'BGR']) ?? channelOrder,
  };
}

function cropOf(values: SettingValues): ImageSize | undefined {
  return single('crop', values, (value) => {
    const sides = value.toLowerCase().split(/[x×]/).map((side) => toSide('crop', side));
    const [width, height = width] = sides;
    if (width === undefined || height === undefined || sides.length > 2) throw invalidSetting('crop', value, 'one number of pixels, or width and height as 320x240, is');
    return { width, height };
  });
}

function shortSideOf(values: SettingValues, { width, height }: ImageSize): number | null {
  const longerSide = Math.max(width, height);
  const asked = single('resize', values, (value) => (value.toLowerCase() === STRETCH ? STRETCH : toSide('resize', value)));
  if (asked === STRETCH) return null;
  if (asked === undefined) return Math.round(longerSide * SHORT_SIDE_PER_CROP);
  if (asked >= longerSide) return asked;
  throw invalidSetting('resize', String(asked), `at least ${longerSide}, the longer side of the crop, or "${STRETCH}" is`);
}

function assertPerChannel(key: 'mean' | 'std', given: readonly number[], channels: number): void {
  if (given.length !== 1 && given.length !== channels) throw refusal(`"${key}" of the preprocessing has ${given.length} numbers`, `one for all of the ${channels} channels or one for each is`);
  if (key === 'std' && given.includes(0)) throw invalidSetting('std', '0', 'anything else is');
}

function refusal(given: string, expected: string): ServingError {
  return new ServingError('invalid-input', `${given}; ${expected} expected.`);
}

import { describe, expect, it } from '@jest/globals';
import { preprocessingSchema } from '../manifest.js';
import type { TensorSpec } from '../signature.js';
import { parsePreprocessing } from './parse-preprocessing.js';

function input(shape: number[], dtype: TensorSpec['dtype'] = 'float32'): TensorSpec {
  return { name: 'input', dtype, shape, finite: false };
}

const NCHW = input([-1, 3, 224, 224]);
const NHWC = input([-1, 224, 224, 3]);

/** What the normalisation makes of black, middle grey and white in each channel. */
function normalized(text: string, spec = NCHW): number[][] {
  const { mean, std, scale, channels } = parsePreprocessing(text, spec);
  return Array.from({ length: channels }, (_, channel) => [0, 128, 255].map((x) => ((x - (mean[channel] ?? mean[0]!)) * scale) / (std[channel] ?? std[0]!)));
}

describe('parsePreprocessing: presets', () => {
  it('makes x/127.5 − 1 of tf', () => {
    for (const channel of normalized('tf')) expect(channel).toEqual([-1, expect.closeTo(128 / 127.5 - 1, 9), 1]);
  });

  it('makes the normalisation of ImageNet between 0 and 1 of torch', () => {
    const expected = [[0.485, 0.229], [0.456, 0.224], [0.406, 0.225]].map(([mean, std]) => [0, 128, 255].map((x) => expect.closeTo((x / 255 - mean!) / std!, 9)));
    expect(normalized('torch')).toEqual(expected);
  });

  it('makes BGR minus the mean, unscaled, of caffe', () => {
    expect(normalized('caffe').map(([black]) => black)).toEqual([-103.939, -116.779, -123.68]);
    expect(parsePreprocessing('caffe', NCHW).channelOrder).toBe('BGR');
  });

  it('leaves pixels as they are for none', () => {
    for (const channel of normalized('none')) expect(channel).toEqual([0, 128, 255]);
  });

  it('takes a preset with settings of its own, in any case', () => {
    expect(parsePreprocessing('TF, Filter=Bicubic, resize=300, order=bgr', NCHW)).toMatchObject({ mean: [127.5], filter: 'bicubic', resizeShortSide: 300, channelOrder: 'BGR' });
  });

  it('is none when nothing is said', () => {
    expect(parsePreprocessing('', NHWC)).toEqual(parsePreprocessing('none', NHWC));
  });
});

describe('parsePreprocessing: sizes', () => {
  it.each<[number[], object]>([
    [[-1, 3, 224, 224], { width: 224, height: 224, channels: 3, layout: 'NCHW', resizeShortSide: 256 }],
    [[-1, 224, 224, 3], { width: 224, height: 224, channels: 3, layout: 'NHWC', resizeShortSide: 256 }],
    [[-1, 3, 260, 260], { width: 260, height: 260, channels: 3, layout: 'NCHW', resizeShortSide: 297 }],
    [[-1, 240, 320, 3], { width: 320, height: 240, channels: 3, layout: 'NHWC', resizeShortSide: 366 }],
    [[-1, 28, 28, 1], { width: 28, height: 28, channels: 1, layout: 'NHWC', resizeShortSide: 32 }],
    [[-1, 1, 28, 28], { width: 28, height: 28, channels: 1, layout: 'NCHW', resizeShortSide: 32 }],
    [[-1, 28, 30], { width: 30, height: 28, channels: 1, layout: 'NHWC', resizeShortSide: 34 }],
  ])('come from the shape %j', (shape, expected) => {
    expect(parsePreprocessing('tf', input(shape))).toMatchObject(expected);
  });

  it.each<[string, number[], object]>([
    ['crop=192', [-1, -1, -1, 3], { width: 192, height: 192, channels: 3, layout: 'NHWC', resizeShortSide: 219 }],
    ['crop=320x240,resize=stretch', [-1, 3, -1, -1], { width: 320, height: 240, layout: 'NCHW', resizeShortSide: null }],
    ['crop=100,layout=nchw', [-1, -1, -1, -1], { width: 100, height: 100, channels: 3, layout: 'NCHW' }],
    ['crop=28', [-1, 784], { width: 28, height: 28, channels: 1 }],
    ['crop=16', [-1, 768], { width: 16, height: 16, channels: 3 }],
  ])('%s fills in what the shape %j leaves open', (text, shape, expected) => {
    expect(parsePreprocessing(text, input(shape))).toMatchObject(expected);
  });

  it('takes resize and crop from the user', () => {
    expect(parsePreprocessing('resize=292,crop=260,filter=bicubic,mean=127,scale=1,std=128', input([-1, 3, 260, 260]))).toEqual({
      kind: 'image', width: 260, height: 260, channels: 3, layout: 'NCHW', channelOrder: 'RGB', mean: [127], std: [128], scale: 1,
      resizeShortSide: 292, filter: 'bicubic', invertLightBackground: false,
    });
  });
});

describe('parsePreprocessing: numbers', () => {
  it.each(['mean=1,2,3,std=4,5,6', 'mean=1:2:3,std=4:5:6', 'mean=[1, 2, 3], std=[4, 5, 6]', 'std=4;5;6 mean=1;2;3'])('reads the lists in %s', (text) => {
    expect(parsePreprocessing(text, NCHW)).toMatchObject({ mean: [1, 2, 3], std: [4, 5, 6] });
  });

  it('reads fractions and exponents', () => {
    expect(parsePreprocessing('scale=1/255,mean=-1e1,std=.5', NCHW)).toMatchObject({ scale: 1 / 255, mean: [-10], std: [0.5] });
  });

  it('gives what the manifest accepts', () => {
    for (const text of ['tf', 'torch', 'caffe', 'none', 'scale=1/255']) {
      const preprocessing = parsePreprocessing(text, NCHW);
      expect(preprocessingSchema.parse(preprocessing)).toEqual(preprocessing);
    }
  });
});

describe('parsePreprocessing refuses', () => {
  it.each<[string, TensorSpec, string]>([
    ['keras', NCHW, '"keras" is no preset of preprocessing; tf, torch, caffe, none or settings as key=value are expected.'],
    ['__proto__', NCHW, '"__proto__" is no preset of preprocessing; tf, torch, caffe, none or settings as key=value are expected.'],
    ['tf torch', NCHW, 'The preprocessing begins with "tf" and "torch"; one preset, then settings as key=value are expected.'],
    ['size=224', NCHW, 'The preprocessing has a setting "size"; one of resize, crop, filter, layout, order, mean, scale, std is expected.'],
    ['crop=224,crop=225', NCHW, 'The preprocessing sets "crop" twice; once is expected.'],
    ['crop=0', NCHW, '"crop" of the preprocessing is "0"; a whole number of pixels from 1 to 4096 is expected.'],
    ['crop=99999', NCHW, '"crop" of the preprocessing is "99999"; a whole number of pixels from 1 to 4096 is expected.'],
    ['crop=1x2x3', NCHW, '"crop" of the preprocessing is "1x2x3"; one number of pixels, or width and height as 320x240, is expected.'],
    ['crop=192', NCHW, 'The input "input" is float32[-1,3,224,224], which pictures of 192×192 pixels and 3 channels as NCHW do not fit.'],
    ['resize=200', NCHW, '"resize" of the preprocessing is "200"; at least 224, the longer side of the crop, or "stretch" is expected.'],
    ['resize=', NCHW, '"resize" of the preprocessing is ""; one value is expected.'],
    ['filter=box', NCHW, '"filter" of the preprocessing is "box"; one of nearest, bilinear, bicubic, lanczos is expected.'],
    ['layout=HWC', NCHW, '"layout" of the preprocessing is "HWC"; one of NHWC, NCHW is expected.'],
    ['layout=NHWC', NCHW, 'The input "input" is float32[-1,3,224,224], and pictures of 224×3 pixels as NHWC need 1 or 3 channels there.'],
    ['mean=', NCHW, '"mean" of the preprocessing is ""; a number is expected.'],
    ['mean=a', NCHW, '"mean" of the preprocessing is "a"; a number, or a fraction as 1/255, is expected.'],
    ['scale=1/0', NCHW, '"scale" of the preprocessing is "1/0"; a number, or a fraction as 1/255, is expected.'],
    ['scale=1,2', NCHW, '"scale" of the preprocessing is "1,2"; one value is expected.'],
    ['std=0', NCHW, '"std" of the preprocessing is "0"; anything else is expected.'],
    ['mean=1,2', NCHW, '"mean" of the preprocessing has 2 numbers; one for all of the 3 channels or one for each is expected.'],
    ['torch', input([-1, 28, 28, 1]), '"mean" of the preprocessing has 3 numbers; one for all of the 1 channels or one for each is expected.'],
    ['tf', input([-1, 784]), 'The input "input" is float32[-1,784], which does not say how large its pictures are; crop=<pixels> or crop=<width>x<height> is expected.'],
    ['tf', input([-1, 224, 224, 4]), 'The input "input" is float32[-1,224,224,4], and pictures of 224×224 pixels as NHWC need 1 or 3 channels there.'],
    ['tf', input([-1], 'string'), 'The input "input" is string[-1], and pictures need one of float16, float32, uint8, int32.'],
    ['tf', input([-1, 2]), 'The input "input" is float32[-1,2], which does not say how large its pictures are; crop=<pixels> or crop=<width>x<height> is expected.'],
    ['tf,crop=2', input([-1, 2]), 'The input "input" is float32[-1,2], and pictures of 2×2 pixels as NHWC need 1 or 3 channels there.'],
    ['9'.repeat(2_000), NCHW, 'The preprocessing is 2000 characters long; at most 1000 are accepted.'],
  ])('%.40s', (text, spec, message) => {
    expect(() => parsePreprocessing(text, spec)).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });
});

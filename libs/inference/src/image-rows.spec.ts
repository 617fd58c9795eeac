import { describe, expect, it } from '@jest/globals';
import { imageInputOf, preprocessingSchema, type Signature } from '@switchyard/model-registry';
import { tensor, type Tensor, type TensorMap } from '@switchyard/tensor';
import { imageRowsOf } from './image-rows.js';
import { validateInputs } from './validate-request.js';

const PHOTOS: Signature = {
  inputs: [
    { name: 'threshold', dtype: 'float32', shape: [-1, 1], finite: true },
    { name: 'image', dtype: 'float32', shape: [-1, 3, 2, 2], finite: true },
  ],
  outputs: [{ name: 'y', dtype: 'float32', shape: [-1, 1], finite: false }],
};
const preprocessing = preprocessingSchema.parse({ kind: 'image', width: 2, height: 2, channels: 3, mean: [0], std: [1], scale: 1, layout: 'NCHW' });
const MODEL = { preprocessing, signature: PHOTOS };
const imageInput = imageInputOf(MODEL);

const thresholds = (rows: number): Tensor => tensor('float32', [rows, 1], new Float32Array(rows));
const files = (shape: number[]): Tensor => tensor('string', shape, shape.includes(0) ? [] : Array.from({ length: shape.reduce((a, b) => a * b) }, () => Uint8Array.of(1)));
const inputs = (threshold: Tensor, image: Tensor): TensorMap => new Map([['threshold', threshold], ['image', image]]);

describe('pictures as inputs', () => {
  it('finds the input that the preprocessing makes rows for', () => {
    expect(imageInput?.name).toBe('image');
    expect(imageInputOf({ ...MODEL, preprocessing: null })).toBeNull();
    expect(imageInputOf({ ...MODEL, preprocessing: { ...preprocessing, layout: 'NHWC' } })).toBeNull();
  });

  it.each([[[3]], [[3, 1]]])('counts files of shape %j as rows', (shape) => {
    expect(validateInputs(inputs(thresholds(3), files(shape)), PHOTOS, imageInput)).toBe(3);
    expect(imageRowsOf(inputs(thresholds(3), files(shape)), MODEL)?.files).toHaveLength(3);
  });

  it('goes on taking its tensor', () => {
    const given = inputs(thresholds(1), tensor('float32', [1, 3, 2, 2], new Float32Array(12)));
    expect(validateInputs(given, PHOTOS, imageInput)).toBe(1);
    expect(imageRowsOf(given, MODEL)).toBeNull();
  });

  it.each<[string, TensorMap, string]>([
    ['files of no row', inputs(thresholds(0), files([0])), 'The request has no rows; at least one is expected.'],
    ['files in another shape', inputs(thresholds(2), files([2, 2])), 'The input "image" holds encoded images of shape [2,2]; [-1] is expected, one image for each row.'],
    ['fewer files than rows', inputs(thresholds(2), files([1])), 'All inputs must have the same number of rows: "threshold" has 2, "image" has 1.'],
    ['strings for another input', new Map([['threshold', files([1])], ['image', files([1])]]), 'The input "threshold" is string; float32 is expected.'],
  ])('refuses %s', (_, given, message) => {
    expect(() => validateInputs(given, PHOTOS, imageInput)).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });

  it('refuses files where the model takes none', () => {
    expect(() => validateInputs(inputs(thresholds(1), files([1])), PHOTOS)).toThrow('The input "image" is string; float32 is expected.');
    expect(imageRowsOf(inputs(thresholds(1), files([1])), { ...MODEL, preprocessing: null })).toBeNull();
  });
});

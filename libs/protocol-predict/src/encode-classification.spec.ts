import { describe, expect, it } from '@jest/globals';
import { tensor, type TensorMap } from '@switchyard/tensor';
import { encodeClassification } from './encode-classification.js';

function answering(...probabilities: number[]): TensorMap {
  return new Map([['y', tensor('float32', [1, probabilities.length], Float32Array.from(probabilities))]]);
}

describe('encodeClassification', () => {
  it('answers a numeric label as a number', () => {
    expect(encodeClassification(answering(0.1, 0.85, 0.05), ['0', '7', '9']).toString()).toBe('{"prediction":7,"confidence":0.85,"probabilities":[0.1,0.85,0.05]}');
  });

  it('answers any other label as text', () => {
    expect(JSON.parse(encodeClassification(answering(0.25, 0.75), ['007', '1e3']).toString())).toEqual({ prediction: '1e3', confidence: 0.75, probabilities: [0.25, 0.75] });
  });

  it('answers the first of equals, and copes with very many classes', () => {
    expect(JSON.parse(encodeClassification(answering(0.25, 0.375, 0.375), null).toString())).toMatchObject({ prediction: 1, confidence: 0.375 });
    const many = Array.from({ length: 200_000 }, (_, index) => (index === 150_000 ? 1 : 0));
    expect(JSON.parse(encodeClassification(new Map([['y', tensor('float32', [1, many.length], Float32Array.from(many))]]), null).toString())).toMatchObject({ prediction: 150_000 });
  });

  it('answers the index where there are no labels', () => {
    expect(JSON.parse(encodeClassification(answering(0.25, 0.75), null).toString())).toMatchObject({ prediction: 1 });
  });

  it('writes probabilities that read back to the same float32', () => {
    const exact = Array.from({ length: 500 }, (_, index) => Math.fround(Math.exp(-index / 7) / 3));
    const { probabilities } = JSON.parse(encodeClassification(answering(...exact), null).toString()) as { probabilities: number[] };
    expect(probabilities.map(Math.fround)).toEqual(exact);
  });

  it.each([
    [new Map([['y', tensor('float32', [1, 1], Float32Array.of(1))]]), 'The model answers float32[1,1]; a classifier answers one row of probabilities, as float32[1,10].'],
    [new Map([['y', tensor('int32', [1, 2], Int32Array.of(1, 2))]]), 'The model answers int32[1,2]; a classifier answers one row of probabilities, as float32[1,10].'],
    [new Map(), 'The model answers nothing; a classifier answers one row of probabilities, as float32[1,10].'],
  ])('says what is wrong with a model that is no classifier', (outputs: TensorMap, message) => {
    expect(() => encodeClassification(outputs, null)).toThrow(expect.objectContaining({ kind: 'model-invalid', message }));
  });

  it('does not pass on NaN', () => {
    expect(() => encodeClassification(answering(NaN, 1), null)).toThrow(expect.objectContaining({ kind: 'engine-failed' }));
  });
});

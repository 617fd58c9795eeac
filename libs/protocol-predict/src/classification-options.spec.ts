import { describe, expect, it } from '@jest/globals';
import type { Signature } from '@switchyard/model-registry';
import { readClassificationOptions } from './classification-options.js';

const withClasses = (classes: number): Signature => ({
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 2], finite: true }], outputs: [{ name: 'y', dtype: 'float32', shape: [-1, classes], finite: false }],
});
const read = (topK?: string, probabilities?: string, classes = 10) => readClassificationOptions({ topK, probabilities }, withClasses(classes), 5);

describe('readClassificationOptions', () => {
  it('leaves to the server what the caller does not say', () => {
    expect(read()).toEqual({ topK: 5, withProbabilities: null });
  });

  it.each([['1', 1], ['10', 10], ['007', 7]])('takes %s classes', (given, topK) => {
    expect(read(given)).toMatchObject({ topK });
  });

  it.each([['true', true], ['1', true], ['false', false], ['0', false]])('takes probabilities: %s', (given, withProbabilities) => {
    expect(read(undefined, given)).toMatchObject({ withProbabilities });
  });

  it.each(['0', '11', '-1', '1.5', '', 'all', '99999999', '1e1', ' 3'])('refuses top_k: %j', (given) => {
    const message = `"top_k" is "${given}"; a whole number from 1 to 10, the number of classes, is expected.`;
    expect(() => read(given)).toThrow(expect.objectContaining({ kind: 'invalid-input', message }));
  });

  it('takes any number where the model leaves its classes open', () => {
    expect(read('11', undefined, -1)).toMatchObject({ topK: 11 });
  });

  it.each(['yes', 'TRUE', '', '__proto__'])('refuses probabilities: %j', (given) => {
    expect(() => read(undefined, given)).toThrow(expect.objectContaining({ message: `"probabilities" is "${given}"; "true" or "false" is expected.` }));
  });
});

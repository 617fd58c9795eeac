import { describe, expect, it } from '@jest/globals';
import { tensor } from '@switchyard/tensor';
import { classProbabilities } from './class-probabilities.js';

function probabilitiesOf(values: readonly number[], name = 'y'): number[] {
  return [...classProbabilities(new Map([[name, tensor('float64', [1, values.length], Float64Array.from(values))]]))];
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

describe('classProbabilities', () => {
  it.each([['of double precision', [0.1, 0.2, 0.7]], ['rounded to eight bits', [0.0039, 0.1992, 0.793]], ['of one certain class', [0, 1, 0]]])('leaves probabilities %s as they are', (_, values) => {
    expect(probabilitiesOf(values)).toEqual(values);
  });

  it.each([['below zero', [-1, 0, 1]], ['above one', [3, 2.5, 0.1]], ['that do not sum to one', [0.9, 0.9, 0.1]], ['beyond what exp can hold', [1_000, 999, -1_000]]])('puts scores %s through a softmax', (_, logits) => {
    const [a, b] = probabilitiesOf(logits);
    expect(sum(probabilitiesOf(logits))).toBeCloseTo(1, 12);
    expect(a! / b!).toBeCloseTo(Math.exp(logits[0]! - logits[1]!), 9);
  });

  it('believes an output that calls itself logits, whatever its values look like', () => {
    expect(probabilitiesOf([0.5, 0.5, 0], 'logits')[0]).toBeCloseTo(Math.exp(0.5) / (2 * Math.exp(0.5) + 1), 12);
  });
});

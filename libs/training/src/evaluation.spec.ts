import { describe, expect, it } from '@jest/globals';
import { evaluate } from './evaluation.js';

describe('evaluate', () => {
  it('scores a perfect prediction with 1 throughout', () => {
    expect(evaluate([0, 1, 2], [0, 1, 2], 3)).toMatchObject({ rows: 3, accuracy: 1, precision: 1, recall: 1, f1: 1 });
  });

  it('counts actual classes in rows and predicted ones in columns', () => {
    expect(evaluate([0, 0, 0, 1], [0, 1, 1, 1], 2).confusion).toEqual([[1, 2], [0, 1]]);
  });

  it('averages precision, recall and F1 over the classes, not over the rows', () => {
    // Class 0: precision 1, recall 1/3, F1 1/2. Class 1: precision 1/3, recall 1, F1 1/2.
    const scores = evaluate([0, 0, 0, 1], [0, 1, 1, 1], 2);
    expect(scores.accuracy).toBe(0.5);
    expect(scores.precision).toBeCloseTo(2 / 3, 12);
    expect(scores.recall).toBeCloseTo(2 / 3, 12);
    expect(scores.f1).toBeCloseTo(0.5, 12);
  });

  it('scores a class that is never predicted with 0 rather than NaN', () => {
    expect(evaluate([0, 1], [0, 0], 2)).toMatchObject({ accuracy: 0.5, precision: 0.25, recall: 0.5 });
  });

  it('scores no rows at all with 0', () => {
    expect(evaluate([], [], 2)).toMatchObject({ rows: 0, accuracy: 0, f1: 0 });
  });
});

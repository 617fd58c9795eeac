import { describe, expect, it } from '@jest/globals';
import { evaluate } from './evaluation.js';
import { decideGate } from './gate.js';

const threeOfFour = evaluate([0, 0, 1, 1], [0, 0, 1, 0], 2);

describe('decideGate', () => {
  it('passes a run that just reaches the minimum', () => {
    expect(decideGate({ metric: 'accuracy', minimum: 0.75 }, threeOfFour)).toEqual({
      passed: true,
      reason: 'The gate is passed: accuracy 75.00 % on 4 held-out rows, gate 75.00 %.',
    });
  });

  it('holds a run below it and says that the version before keeps serving', () => {
    expect(decideGate({ metric: 'accuracy', minimum: 0.97 }, threeOfFour)).toEqual({
      passed: false,
      reason: 'The gate is not passed, the version before keeps serving: accuracy 75.00 % on 4 held-out rows, gate 97.00 %.',
    });
  });

  it('looks at the metric the gate names', () => {
    expect(decideGate({ metric: 'precision', minimum: 0.8 }, threeOfFour).passed).toBe(true);
    expect(decideGate({ metric: 'recall', minimum: 0.8 }, threeOfFour).passed).toBe(false);
  });

  it('does not let a score that is no number pass', () => {
    expect(decideGate({ metric: 'f1', minimum: 0 }, { ...threeOfFour, f1: Number.NaN }).passed).toBe(false);
  });

  describe('for a run that has learnt from uploads', () => {
    it('asks for the score of the best champion too, less what another order of rows may cost', () => {
      expect(decideGate({ metric: 'accuracy', minimum: 0.5 }, threeOfFour, [{ accuracy: 0.755 }]).passed).toBe(true);
      expect(decideGate({ metric: 'accuracy', minimum: 0.5 }, threeOfFour, [{ accuracy: 0.752, f1: 0.9 }, { accuracy: 0.76 }, {}])).toEqual({
        passed: false,
        reason: "The gate is not passed, the version before keeps serving: accuracy 75.00 % on 4 held-out rows, gate 50.00 %, with uploaded pictures at most 0.5 points below the best champion's 76.00 %.",
      });
    });

    it('asks for the minimum also where the champion is below it', () => {
      expect(decideGate({ metric: 'accuracy', minimum: 0.8 }, threeOfFour, [{ accuracy: 0.7 }]).passed).toBe(false);
    });
  });
});

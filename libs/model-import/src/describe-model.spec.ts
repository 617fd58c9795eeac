import { describe, expect, it } from '@jest/globals';
import type { Signature } from '@switchyard/model-registry';
import { describeModel } from './describe-model.js';

const signature: Signature = {
  inputs: [{ name: 'x', dtype: 'float32', shape: [-1, 3, -1], finite: false }, { name: 'any', dtype: 'int64', shape: [-1], openRank: true, finite: false }],
  outputs: [{ name: 'y', dtype: 'string', shape: [-1], finite: false }],
};

describe('describeModel', () => {
  it('names every tensor, and tells one number a row from a rank left open', () => {
    const signatures = [{ name: 'serving_default', methodName: 'predict' as const, signature }];
    expect(describeModel({ format: 'saved-model', signatures, fixedRows: null }, signature)).toBe('A SavedModel: "x" float32[?,3,?], "any" int64[?,…] → "y" string[?].');
  });
});

import { describe, expect, it } from '@jest/globals';
import { parseJsonText, toJsonText } from './json-text.js';

describe('JSON of numbers', () => {
  it('has bare words for what is no finite number, and leaves texts alone', () => {
    expect(toJsonText({ instances: [[NaN, Infinity, -Infinity, 1.5], ['NaN', 'null']] })).toBe('{"instances":[[NaN,Infinity,-Infinity,1.5],["NaN","null"]]}');
    expect(parseJsonText('{"predictions":[[NaN,-Infinity,Infinity,1e-3],["NaN \\"Infinity\\"",null]]}')).toEqual({ predictions: [[NaN, -Infinity, Infinity, 1e-3], ['NaN "Infinity"', null]] });
  });

  it('takes typed arrays as lists, at any depth', () => {
    expect(toJsonText({ instances: [Float32Array.of(0.5, 2), { x: Int32Array.of(1), flags: [[Uint8Array.of(3)]] }], inputs: null })).toBe('{"instances":[[0.5,2],{"x":[1],"flags":[[[3]]]}],"inputs":null}');
  });

  it('says of anything else that it is no JSON', () => {
    expect(() => parseJsonText('<html>')).toThrow(expect.objectContaining({ kind: 'unexpected-answer' }));
  });
});

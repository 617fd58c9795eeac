import { describe, expect, it } from '@jest/globals';
import { hotFunctions, type CpuProfile } from './hot-functions.js';

const frame = (functionName: string, url = '', lineNumber = -1) => ({ functionName, url, lineNumber });

const PROFILE: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(idle)') },
    { id: 2, callFrame: frame('parse', 'file:///repository/libs/codec/dist/parse.js', 9) },
    { id: 3, callFrame: frame('write', 'node:net', 99) },
    { id: 4, callFrame: frame('parse', 'file:///repository/libs/codec/dist/parse.js', 9) },
  ],
  samples: [2, 2, 1, 3, 4, 2],
  timeDeltas: [10, 10, 10, 10, 10, 10],
};

describe('hotFunctions', () => {
  it('adds up a function over the places it is called from, most time first', () => {
    const { busy, functions } = hotFunctions(PROFILE, '/repository');
    expect(busy).toBeCloseTo(5 / 6);
    expect(functions.map(({ name, selfMs }) => [name, selfMs])).toEqual([
      ['parse libs/codec/dist/parse.js:10', 0.04],
      ['write node:net:100', 0.01],
    ]);
    expect(functions[0]?.share).toBeCloseTo(0.8);
  });
});

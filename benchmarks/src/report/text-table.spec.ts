import { describe, expect, it } from '@jest/globals';
import { textTable } from './text-table.js';

describe('textTable', () => {
  it('lines names up on the left and figures on the right', () => {
    const table = textTable(['service', 'ms'], [['api', '7'], ['inference-worker', '1234']]);
    expect(table.split('\n')).toEqual([
      '| service          |   ms |',
      '|------------------|-----:|',
      '| api              |    7 |',
      '| inference-worker | 1234 |',
    ]);
  });
});

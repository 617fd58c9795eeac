import { describe, expect, it } from '@jest/globals';
import { restartDelayMs } from './isolation-limits.js';

describe('restartDelayMs', () => {
  it('doubles with each restart in a row, up to the limit', () => {
    const delays = [1, 2, 3, 4, 5, 50].map((restart) => restartDelayMs(restart, { backOffMs: 50, maxBackOffMs: 500 }));
    expect(delays).toEqual([50, 100, 200, 400, 500, 500]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { median } from './median.js';

describe('median', () => {
  it('is the middle value, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('is the mean of the middle two when there are as many on either side', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5);
  });

  it('has no answer without values', () => {
    expect(median([])).toBeNaN();
  });
});

import { describe, expect, it } from '@jest/globals';
import { ManualClock } from './manual-clock.js';

describe('ManualClock', () => {
  it('fires timers in the order they fall due, and only those', () => {
    const clock = new ManualClock();
    const fired: string[] = [];
    clock.after(20, () => fired.push('b'));
    clock.after(10, () => fired.push('a'));
    clock.after(31, () => fired.push('c'));
    clock.advance(30);
    expect(fired).toEqual(['a', 'b']);
    expect(clock.nowMs()).toBe(30);
  });

  it('does not fire a cancelled timer', () => {
    const clock = new ManualClock();
    const cancel = clock.after(5, () => {
      throw new Error('must not fire');
    });
    cancel();
    clock.advance(10);
  });
});

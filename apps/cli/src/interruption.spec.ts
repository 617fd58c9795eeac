import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Interruption } from './interruption.js';

let interruption: Interruption;
beforeEach(() => {
  interruption = new Interruption();
});
afterEach(() => interruption.close());

describe('Interruption', () => {
  it('takes one Ctrl-C that arrives twice for one', () => {
    process.emit('SIGINT');
    process.emit('SIGINT');
    expect(interruption.requested.aborted).toBe(true);
    expect(interruption.forced.aborted).toBe(false);
  });

  it('takes a later Ctrl-C for a wish to end at once', () => {
    const now = jest.spyOn(performance, 'now').mockReturnValue(1_000);
    process.emit('SIGINT');
    now.mockReturnValue(2_000);
    process.emit('SIGINT');
    now.mockRestore();
    expect(interruption.forced.aborted).toBe(true);
  });

  it('gives the signals back', () => {
    const before = process.listenerCount('SIGTERM');
    interruption.close();
    expect(process.listenerCount('SIGTERM')).toBe(before - 1);
  });
});

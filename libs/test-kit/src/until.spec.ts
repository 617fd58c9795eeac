import { describe, expect, it } from '@jest/globals';
import { until } from './until.js';

describe('until', () => {
  it('returns the first truthy value, and takes errors for "not yet"', async () => {
    const answers = [null, new Error('refused'), 0, 'ready'];
    const look = (): unknown => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
    expect(await until(look, { deadlineMs: 5_000 })).toBe('ready');
  });

  it('says what it waited for and what it saw last', async () => {
    await expect(until(() => false, { deadlineMs: 20, describe: 'job 7 to end' })).rejects.toThrow('Waited 20 ms for job 7 to end; the last look gave false.');
    const refuse = (): never => {
      throw new Error('refused');
    };
    await expect(until(refuse, { deadlineMs: 20 })).rejects.toThrow('the last look gave Error: refused');
  });
});

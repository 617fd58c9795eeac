import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@switchyard/clock';
import { SubmissionTurns } from './submission-turns.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Submissions that take `ms` each to read, and what has been read so far. */
function flood(ms: number) {
  const clock = new ManualClock();
  const turns = new SubmissionTurns(clock);
  const read: number[] = [];
  const submit = (id: number): Promise<number> => turns.run(() => (clock.advance(ms), read.push(id), id));
  return { turns, read, submit };
}

describe('SubmissionTurns', () => {
  it('read a lone submission at once', async () => {
    const { read, submit } = flood(5);
    const answer = submit(1);
    expect(read).toEqual([1]);
    expect(await answer).toBe(1);
  });

  it('read for half a millisecond a turn, in order', async () => {
    const { read, submit } = flood(0.25);
    const answers = [1, 2, 3, 4, 5].map(submit);
    expect(read).toEqual([1, 2]);
    await turn();
    expect(read).toEqual([1, 2, 3, 4]);
    await turn();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5]);
  });

  it('let nobody pass those who wait', async () => {
    const { read, submit } = flood(2);
    void submit(1);
    void submit(2);
    await turn();
    void submit(3);
    expect(read).toEqual([1, 2]);
    await turn();
    expect(read).toEqual([1, 2, 3]);
  });

  it('go on after one that cannot be read', async () => {
    const { turns, submit } = flood(2);
    const bad = turns.run(() => {
      throw new Error('bad');
    });
    const good = submit(2);
    await expect(bad).rejects.toThrow('bad');
    expect(await good).toBe(2);
  });
});

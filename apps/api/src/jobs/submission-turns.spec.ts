import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@switchyard/clock';
import { SubmissionTurns } from './submission-turns.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Submissions that take `ms` each to read, and what has been read so far. */
function flood(ms: number, share = 1) {
  const clock = new ManualClock();
  const turns = new SubmissionTurns({ clock, share: () => share });
  const read: number[] = [];
  const submit = (id: number): Promise<number> => turns.run(() => (clock.advance(ms), read.push(id), id));
  return { clock, turns, read, submit };
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

  it('rest after each for as long as their share asks, but not for longer than a tenth of a second', async () => {
    const { clock, read, submit } = flood(1, 1 / 4);
    void [1, 2].map(submit);
    await turn();
    clock.advance(2.9);
    expect(read).toEqual([1]);
    clock.advance(0.1);
    expect(read).toEqual([1, 2]);
    const long = flood(1_000, 1 / 4);
    void long.submit(1);
    await turn();
    void long.submit(2);
    long.clock.advance(99);
    expect(long.read).toEqual([1]);
    long.clock.advance(1);
    expect(long.read).toEqual([1, 2]);
  });

  it('let nobody wait for longer than a second for the rests of others', async () => {
    const { clock, read, submit } = flood(50, 1 / 10);
    const many = Array.from({ length: 40 }, (_, id) => id);
    void many.map(submit);
    for (let step = 0; read.length < many.length && step < 40 * 20; step++) {
      clock.advance(10);
      await turn();
    }
    expect(clock.nowMs()).toBeLessThan(1_000 + 40 * (50 + 10));
    expect(read).toEqual(many);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { BatchPolicy } from '@switchyard/batching';
import { LaterRows } from './later-rows.js';

const POLICY: BatchPolicy = { maxBatchRows: 4, maxQueuedRows: 20, maxQueuedBytes: 2_000, maxQueueDelayMs: 0 };

/** Work that has begun, by name, and how to end it. */
function gate(policy = POLICY) {
  const later = new LaterRows({ policy });
  const begun: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const run = (name: string, rows: number, bytes = rows): Promise<string> =>
    later.run({ rows, bytes }, () => {
      begun.push(name);
      return new Promise((resolve, reject) => ends.set(name, (failure) => (failure === undefined ? resolve(name) : reject(failure))));
    });
  return { run, begun, end: (name: string, failure?: Error) => ends.get(name)?.(failure) };
}

/** What is due at once has run. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LaterRows', () => {
  it('lets in what fits half of what may wait, and the rest in its order as room comes', async () => {
    const { run, begun, end } = gate();
    const answers = [run('a', 6), run('b', 4), run('c', 5), run('d', 1)];
    await settled();
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await settled();
    expect(begun).toEqual(['a', 'b']); // `d` would fit, but `c` came first
    end('a');
    await settled();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    end('c');
    end('d');
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('counts bytes too', async () => {
    const { run, begun, end } = gate();
    void run('a', 1, 900);
    void run('b', 1, 200);
    await settled();
    expect(begun).toEqual(['a']);
    end('a');
    await settled();
    expect(begun).toEqual(['a', 'b']);
  });

  it('lets one in alone that is larger than its share', async () => {
    const { run, begun, end } = gate();
    void run('small', 1);
    void run('large', 1_000);
    await settled();
    expect(begun).toEqual(['small']);
    end('small');
    await settled();
    expect(begun).toEqual(['small', 'large']);
  });

  it('gives room back when the work fails', async () => {
    const { run, begun, end } = gate();
    const failing = run('a', 10);
    void run('b', 10);
    await settled();
    end('a', new Error('It broke.'));
    await expect(failing).rejects.toThrow('It broke.');
    expect(begun).toEqual(['a', 'b']);
  });
});

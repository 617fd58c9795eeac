import { describe, expect, it } from '@jest/globals';
import { runChildTask } from './child-task.js';

interface Task {
  readonly does: 'double' | 'fail' | 'exit' | 'hang';
  readonly values: Float32Array;
}

const run = (does: Task['does'], options: { deadlineMs?: number; onEvent?: (event: string, pid: number) => void } = {}): Promise<Float32Array> =>
  runChildTask<Task, Float32Array, string>({
    name: 'The child',
    entry: '../src/child/fixtures/obedient-child.mjs',
    task: { does, values: Float32Array.of(1, 2.5) },
    deadlineMs: 10_000,
    ...options,
  });

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('runChildTask', () => {
  it('hands over typed arrays and brings back the answer, and events with the id of the process', async () => {
    const events: [string, number][] = [];
    expect(await run('double', { onEvent: (...event) => events.push(event) })).toEqual(Float32Array.of(2, 5));
    expect(events).toEqual([['begun', expect.any(Number)]]);
    expect(events[0]?.[1]).not.toBe(process.pid);
  });

  it('says why a child failed', async () => {
    await expect(run('fail')).rejects.toThrow('The child failed: The numbers are no numbers.');
  });

  it('says that a child ended without an answer', async () => {
    await expect(run('exit')).rejects.toThrow('The child ended without an answer (exit code 3).');
  });

  it('ends a child that takes too long', async () => {
    await expect(run('hang', { deadlineMs: 500 })).rejects.toMatchObject({ kind: 'deadline-exceeded', message: 'The child did not finish within 500 ms.' });
  });

  it('leaves no process behind', async () => {
    let child = 0;
    await run('double', { onEvent: (_, pid) => (child = pid) });
    expect(child).toBeGreaterThan(0);
    expect(isRunning(child)).toBe(false);
  });
});

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { runBounded, type BoundedTask } from './run-bounded.js';

const PROGRAM = new URL('../dist/testing/task-program.js', import.meta.url);
const MEBIBYTE = 1024 * 1024;

const bounded = (task: string, more: Partial<BoundedTask> = {}): BoundedTask => ({
  program: PROGRAM, task, doing: 'Trying the model', failureKind: 'model-invalid', limits: { timeoutMs: 20_000, maxMemoryBytes: 512 * MEBIBYTE }, signal: new AbortController().signal, ...more,
});

describe('runBounded', () => {
  it('gives back what the task answers, from a process that knows nothing of ours', async () => {
    const result = (await runBounded(bounded('answer', { env: { GIVEN: 'yes' } }))) as { answer: number; environment: string[] };
    expect(result.answer).toBe(42);
    expect(result.environment).toContain('GIVEN');
    expect(result.environment).not.toContain('PATH');
  }, 30_000);

  it('throws what the task refused with', async () => {
    await expect(runBounded(bounded('refuse'))).rejects.toMatchObject({ kind: 'model-invalid', message: 'The file "a" is no model.' });
  }, 30_000);

  it('keeps the words of a bug for the log', async () => {
    const details: string[] = [];
    await expect(runBounded(bounded('break', { onDetail: (detail) => details.push(detail) }))).rejects.toMatchObject({ kind: 'internal' });
    expect(details.join()).toContain('a bug of ours');
  }, 30_000);

  it('says that the task crashed', async () => {
    await expect(runBounded(bounded('abort'))).rejects.toMatchObject({
      kind: 'model-invalid', message: 'Trying the model crashed the process it was tried in (SIGABRT); nothing else was harmed.',
    });
  }, 30_000);

  it('ends a task that blocks its own event loop for too long', async () => {
    await expect(runBounded(bounded('hang', { limits: { timeoutMs: 1_500, maxMemoryBytes: 512 * MEBIBYTE } }))).rejects.toMatchObject({
      kind: 'model-invalid', message: 'Trying the model took longer than the 1.5 s it may take, and was stopped.',
    });
  }, 30_000);

  it('ends a task that takes too much memory', async () => {
    await expect(runBounded(bounded('eat'))).rejects.toMatchObject({
      kind: 'model-invalid', message: 'Trying the model took more than the 512 MiB of memory it may have, and was stopped.',
    });
  }, 30_000);

  it('ends a task that nobody waits for any more', async () => {
    const controller = new AbortController();
    const running = runBounded(bounded('wait', { signal: controller.signal }));
    controller.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
  }, 30_000);
});

describe('a bounded process', () => {
  it('ends when its parent has gone', async () => {
    const child = fork(PROGRAM, { env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'] });
    child.send({ task: 'wait', limits: { timeoutMs: 20_000, maxMemoryBytes: 512 * MEBIBYTE } });
    const closed = once(child, 'exit');
    child.disconnect();
    expect(await closed).toEqual([0, null]);
  }, 30_000);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { descendantsOf, parseProcessRow, readProcessTable, withChildren, type ProcessRow } from './process-table.js';

const row = (pid: number, parent: number, group = pid, startTicks = pid * 10): ProcessRow => ({ pid, parent, group, startTicks });
const pidsOf = (rows: readonly ProcessRow[]): number[] => rows.map(({ pid }) => pid).sort((a, b) => a - b);

describe('parseProcessRow', () => {
  const stat = (state: string): string => `42 (a) (b c) ${state} 7 41 41 0 -1 4194560 9 0 0 0 123 45 0 0 20 0 11 0 998 0`;

  it('reads parent, group and start, whatever the program is called', () => {
    expect(parseProcessRow(42, stat('S'))).toEqual({ pid: 42, parent: 7, group: 41, startTicks: 998 });
  });

  it('passes over what has ended', () => {
    expect([parseProcessRow(42, stat('Z')), parseProcessRow(42, null)]).toEqual([null, null]);
  });
});

describe('descendantsOf', () => {
  const table = [row(1, 0), row(10, 1), row(11, 10), row(12, 11, 11), row(13, 1, 10), row(20, 1), row(21, 20)];

  it('finds children, their children, and orphans of the group, and nothing else', () => {
    expect(pidsOf(descendantsOf(10, table))).toEqual([10, 11, 12, 13]);
  });

  it('leaves the group to itself where only children are asked for', () => {
    expect(pidsOf(withChildren([row(10, 1)], table))).toEqual([10, 11, 12]);
  });

  it('keeps what was found earlier, with its children, when its parent has ended', () => {
    const later = [row(1, 0), row(12, 1, 12, 120), row(14, 12)];
    expect(pidsOf(descendantsOf(10, later, [row(12, 11, 11, 120)]))).toEqual([12, 14]);
  });

  it('does not take another process with the same id for it', () => {
    expect(descendantsOf(10, [row(1, 0), row(12, 1, 12, 999)], [row(12, 11, 11, 120)])).toEqual([]);
  });
});

(process.platform === 'linux' ? it : it.skip)('lists a child of this process', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  try {
    expect(pidsOf(descendantsOf(process.pid, readProcessTable()))).toEqual(expect.arrayContaining([process.pid, child.pid]));
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@switchyard/test-kit';
import { ProcessTree } from './process-tree.js';
import { readProcessTable } from './process-table.js';

const trees: ProcessTree[] = [];
afterEach(() => Promise.all(trees.splice(0).map((tree) => tree.stop(5_000))));

function shell(script: string): ProcessTree {
  const tree = new ProcessTree({ name: 'The tree', command: '/bin/sh', args: ['-c', script], cwd: '/' });
  trees.push(tree);
  return tree;
}

/** What it says once it no longer runs. */
function endOf(tree: ProcessTree): Promise<string> {
  const problem = (): string | null => {
    try {
      tree.assertRunning();
      return null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  return until(problem, { deadlineMs: 5_000, describe: 'the tree to end' });
}

const runs = (pid: number): boolean => readProcessTable().some((row) => row.pid === pid);

(process.platform === 'linux' ? describe : describe.skip)('ProcessTree', () => {
  it('ends children that outlive the process that was asked', async () => {
    const tree = shell('setsid sleep 60 & sleep 60 & wait');
    await until(() => tree.pids().length === 3, { deadlineMs: 5_000, describe: 'the shell and two children to run' });
    const pids = tree.pids();
    await tree.stop(200);
    expect(pids.filter(runs)).toEqual([]);
    expect(tree.pids()).toEqual([]);
  });

  it('says what a program printed before it ended', async () => {
    const tree = shell('echo no such model >&2; exit 3');
    expect(await endOf(tree)).toBe('The tree ended: no such model');
  });

  it('says that a program is not there', async () => {
    const tree = new ProcessTree({ name: 'The tree', command: '/no/such/program', args: [], cwd: '/' });
    expect(await endOf(tree)).toMatch(/^The tree could not be started/);
  });
});

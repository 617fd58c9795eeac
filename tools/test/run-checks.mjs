// @ts-check
import { join } from 'node:path';
import { runCommand } from '../setup/run-command.mjs';
import { addTallies, emptyTally, failedTally } from './tally.mjs';

const TIMEOUT_MS = 10 * 60_000;

/**
 * What must hold besides the tests: the specs and the tools compile, and lint (boundaries, sizes, floating promises) is clean.
 *
 * @param {string} root
 * @returns {Promise<import('./tally.mjs').Tally>} a check that fails counts as one failure; one that passes is no test
 */
export async function runChecks(root) {
  /** @param {string} path */
  const bin = (path) => join(root, 'node_modules', path);
  const checks = [
    { name: 'types of the specs (tsc -p tsconfig.spec.json)', args: [bin('typescript/bin/tsc'), '-p', 'tsconfig.spec.json'] },
    { name: 'types of the tools (tsc -p tools)', args: [bin('typescript/bin/tsc'), '-p', 'tools'] },
    { name: 'lint (nx run-many -t lint)', args: [bin('nx/dist/bin/nx.js'), 'run-many', '-t', 'lint', '--parallel=2', '--output-style=static'] },
    { name: 'lint of the tools (eslint tools)', args: [bin('eslint/bin/eslint.js'), 'tools'] },
  ];
  const tallies = [];
  for (const { name, args } of checks) {
    const result = await runCommand(process.execPath, args, { cwd: root, env: { NX_DAEMON: 'false', NX_TUI: 'false' }, timeoutMs: TIMEOUT_MS });
    process.stdout.write(`${result.ok ? '✓' : '✗'} ${name}\n`);
    if (!result.ok) process.stdout.write(`${result.output.trim()}\n`);
    tallies.push(result.ok ? emptyTally() : failedTally(`${name}${result.timedOut ? ' took too long' : ''}`));
  }
  return addTallies(tallies);
}

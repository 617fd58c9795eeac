// @ts-check
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runCommand } from '../setup/run-command.mjs';
import { emptyTally, failedTally } from './tally.mjs';

const LIST_TIMEOUT_MS = 2 * 60_000;

/**
 * The parts of jest's `--json` report that are read here.
 *
 * @typedef {{status: string, fullName: string}} TestReport
 * @typedef {{name: string, status: string, message: string, assertionResults: TestReport[]}} FileReport
 * @typedef {{success: boolean, numPassedTests: number, testResults: FileReport[]}} JestReport
 */

/**
 * Runs one tier's spec files with jest, its output on the terminal.
 *
 * @param {{root: string, tier: import('./tiers.mjs').Tier, jestArgs: readonly string[], env: Record<string, string>, requireAll: boolean}} options
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
export async function runTier({ root, tier, jestArgs, env, requireAll }) {
  const jest = [join(root, 'node_modules/jest/bin/jest.js'), ...tier.flags, '--passWithNoTests', ...jestArgs, '--testMatch', ...tier.files];
  // TensorFlow's notes on this processor are no test output; its errors stay.
  const environment = { TF_CPP_MIN_LOG_LEVEL: '2', ...env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings' };
  const list = await runCommand(process.execPath, [...jest, '--listTests'], { cwd: root, env: environment, timeoutMs: LIST_TIMEOUT_MS });
  const files = list.stdout.split('\n').filter((line) => line.endsWith('.spec.ts')).map((file) => relative(root, file)).sort();
  if (list.ok && files.length === 0) return emptyTally();
  announce(tier, files);

  const reportFile = join(root, 'test-results', `${tier.name}.json`);
  mkdirSync(dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  // A test that failed half-way may leave a socket open; the run must end all the same.
  const args = [...jest, '--forceExit', '--json', '--outputFile', reportFile];
  const result = await runCommand(process.execPath, args, { cwd: root, env: environment, timeoutMs: tier.timeoutMs, show: 'stderr' });
  if (!existsSync(reportFile)) {
    return failedTally(`${tier.name}: jest ${result.timedOut ? `did not end within ${tier.timeoutMs / 60_000} minutes` : 'ended without a report'}`);
  }
  return readReport({ tier: tier.name, root, requireAll, ok: result.ok, report: JSON.parse(readFileSync(reportFile, 'utf8')) });
}

/**
 * @param {import('./tiers.mjs').Tier} tier
 * @param {readonly string[]} files
 */
function announce(tier, files) {
  process.stdout.write(`\n── ${tier.name}: ${files.length} ${files.length === 1 ? 'file' : 'files'}; needs ${tier.needs}\n`);
  // Those take minutes: whoever waits should know for what.
  if (tier.name === 'e2e') for (const file of files) process.stdout.write(`   ${file}\n`);
}

/**
 * @param {{tier: string, root: string, requireAll: boolean, ok: boolean, report: JestReport}} run
 * @returns {import('./tally.mjs').Tally}
 */
export function readReport({ tier, root, requireAll, ok, report }) {
  /** @param {(test: TestReport) => boolean} isWanted */
  const named = (isWanted) => report.testResults.flatMap((file) => file.assertionResults.filter(isWanted).map((test) => `${relative(root, file.name)}: ${test.fullName}`));
  const notRun = named((test) => test.status === 'pending' || test.status === 'todo');
  const failures = [
    ...named((test) => test.status === 'failed'),
    // A file that does not load has no tests to fail.
    ...report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')).map((file) => `${relative(root, file.name)} could not be run`),
    ...(requireAll ? notRun.map((name) => `${name}: skipped, although SWITCHYARD_REQUIRE_ALL=1`) : []),
  ];
  if (!ok && failures.length === 0) failures.push(`${tier}: jest reported a failure that belongs to no test`);
  return { passed: report.numPassedTests, failed: failures.length, skipped: requireAll ? [] : notRun, failures };
}

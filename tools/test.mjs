#!/usr/bin/env node
// @ts-check
/**
 * `npm test`: sets up what is missing, builds, checks types and lint, and runs every test in three tiers.
 * `npm test -- <arguments of jest>` runs only the tests these choose. Ends with one line: `N passed, N failed`.
 */
import { fileURLToPath } from 'node:url';
import { killRunningCommands } from './setup/run-command.mjs';
import { runSetup, SetupError } from './setup/run-setup.mjs';
import { runChecks } from './test/run-checks.mjs';
import { runTier } from './test/run-tier.mjs';
import { addTallies, closingLine, emptyTally, failedTally } from './test/tally.mjs';
import { startTestServers } from './test/test-servers.mjs';
import { TIERS } from './test/tiers.mjs';

/** @typedef {import('./test/tally.mjs').Tally} Tally */

const root = fileURLToPath(new URL('..', import.meta.url));
const jestArgs = process.argv.slice(2);
const requireAll = process.env.SWITCHYARD_REQUIRE_ALL === '1';

const tally = await runEverything().catch((error) => {
  if (error instanceof SetupError) return failedTally(error.message);
  process.stderr.write(`${error?.stack ?? error}\n`);
  return failedTally(`the test run itself: ${error?.message ?? error}`);
});
for (const name of tally.skipped) process.stdout.write(`skipped: ${name}\n`);
for (const failure of tally.failures) process.stdout.write(`failed: ${failure}\n`);
process.stdout.write(`${closingLine(tally)}\n`);
process.exitCode = tally.failed > 0 ? 1 : 0;

/** @returns {Promise<Tally>} */
async function runEverything() {
  const { redis, minio } = await runSetup({ root, forTests: true });
  if (minio === undefined) throw new SetupError('Set-up said nothing of MinIO. This is a bug.');
  // Whoever narrows the tests wants their answer, not lint's.
  const checks = jestArgs.length === 0 ? await runChecks(root) : emptyTally();
  const servers = await startTestServers({ root, redis, minio });
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    killRunningCommands();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  /** @type {Tally[]} */
  const tallies = [checks];
  try {
    for (const tier of TIERS) {
      if (!isInterrupted) tallies.push(await runTier({ root, tier, jestArgs, env: servers.env, requireAll }));
    }
  } finally {
    const left = await servers.stop();
    tallies.push(...left.map((command) => failedTally(`a test left this running: ${command}`)));
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  return addTallies(isInterrupted ? [...tallies, failedTally('the run was interrupted')] : tallies);
}

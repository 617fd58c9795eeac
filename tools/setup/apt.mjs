// @ts-check
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { findOnPath } from './find-on-path.mjs';
import { lastLine, runCommand } from './run-command.mjs';

const TIMEOUT_MS = 5 * 60_000;

/** Debian asks this script whether a freshly installed service may start; 101 means no. See invoke-rc.d(8). */
const POLICY_FILE = '/usr/sbin/policy-rc.d';
const REFUSE_SERVICES = '#!/bin/sh\nexit 101\n';

/** Whether packages can be installed here without asking anybody: root on Debian, Ubuntu or a relative. */
export function canInstallWithApt() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && findOnPath('apt-get') !== undefined;
}

/**
 * Installs system packages. No service of theirs is started: what we need runs as our own process.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<{ok: boolean, reason: string}>} `reason` is apt's last line when it failed
 */
export async function installWithApt(packages) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const ownsPolicy = !existsSync(POLICY_FILE);
  if (ownsPolicy) await writeFile(POLICY_FILE, REFUSE_SERVICES, { mode: 0o755 });
  try {
    // A fresh machine has no package lists; one without a network may still have the packages at hand.
    await runCommand('apt-get', ['update', '-q'], { env, timeoutMs: TIMEOUT_MS });
    const result = await runCommand('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], { env, timeoutMs: TIMEOUT_MS });
    return { ok: result.ok, reason: result.ok ? '' : lastLine(result.output) };
  } finally {
    if (ownsPolicy) await rm(POLICY_FILE, { force: true });
  }
}

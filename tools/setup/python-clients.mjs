// @ts-check
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { findOnPath } from './find-on-path.mjs';
import { lastLine, runCommand } from './run-command.mjs';
import { ready, unavailable } from './step-outcome.mjs';

/** What the tests ask for (`testPython` of test-kit): a program that runs the Python of the environment. */
const LAUNCHER = 'switchyard-python';
const OLDEST_PYTHON = [3, 11];
/** Half a minute where the network is quick; 600 MB are downloaded. */
const INSTALL_TIMEOUT_MS = 15 * 60_000;
const VERSION_TIMEOUT_MS = 20_000;

/**
 * A Python environment with the public clients that the tests drive against the server (`e2e/clients/requirements.txt`).
 * Made once per list of requirements, and kept for every clone on this machine.
 *
 * @param {{root: string, say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome<{launcher: string}>>}
 */
export async function ensurePythonClients({ root, say }) {
  const requirements = join(root, 'e2e/clients/requirements.txt');
  const python = await findPython();
  if (python === undefined) return missing(`no Python ${OLDEST_PYTHON.join('.')} or newer is on PATH`);
  const digest = createHash('sha256').update(await readFile(requirements)).update(python.version).digest('hex').slice(0, 16);
  const folder = cacheFolder('python-clients', digest);
  if (!existsSync(folder)) {
    say('Python clients: installing them (half a minute, once) …');
    const failure = await install({ python: python.path, requirements, folder });
    if (failure !== undefined) return missing(failure);
  }
  return ready(`Python clients are in ${folder}.`, { launcher: await writeLauncher(join(folder, 'bin', 'python')) });
}

/** @returns {Promise<{path: string, version: string} | undefined>} */
async function findPython() {
  for (const name of ['python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    const path = findOnPath(name);
    if (path === undefined) continue;
    const { ok, stdout } = await runCommand(path, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], { timeoutMs: VERSION_TIMEOUT_MS });
    const version = stdout.trim();
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (ok && major === OLDEST_PYTHON[0] && minor >= (OLDEST_PYTHON[1] ?? 0)) return { path, version };
  }
  return undefined;
}

/**
 * The folder appears under its name only when it is whole. (A virtual environment knows its own path only in scripts that are not used here.)
 *
 * @param {{python: string, requirements: string, folder: string}} options
 * @returns {Promise<string | undefined>} why it could not be made
 */
async function install({ python, requirements, folder }) {
  const partial = `${folder}.partial-${process.pid}`;
  await mkdir(dirname(partial), { recursive: true });
  try {
    const made = await runCommand(python, ['-m', 'venv', partial], { timeoutMs: INSTALL_TIMEOUT_MS });
    if (!made.ok) return `python3 -m venv failed: ${lastLine(made.output)}`;
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '-r', requirements];
    const installed = await runCommand(join(partial, 'bin', 'python'), pip, { timeoutMs: INSTALL_TIMEOUT_MS });
    if (!installed.ok) return `pip could not install them: ${installed.timedOut ? 'time ran out' : lastLine(installed.output)}`;
    await rename(partial, folder).catch((error) => {
      if (!existsSync(folder)) throw error; // another set-up on this machine was faster
    });
    return undefined;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/**
 * Under a fixed name, for tests that do not know the digest. A script, not a link: Python finds its environment by the path it is called by.
 *
 * @param {string} python
 */
async function writeLauncher(python) {
  const launcher = cacheFolder('bin', LAUNCHER);
  await mkdir(dirname(launcher), { recursive: true });
  const partial = `${launcher}.${process.pid}`;
  await writeFile(partial, `#!/bin/sh\nexec '${python}' "$@"\n`);
  await chmod(partial, 0o755);
  await rename(partial, launcher);
  return launcher;
}

/** @param {string} reason */
function missing(reason) {
  return unavailable(`The Python clients are not available (${reason}), so the tests that drive them are skipped. Install Python ${OLDEST_PYTHON.join('.')} or newer with venv and pip.`);
}

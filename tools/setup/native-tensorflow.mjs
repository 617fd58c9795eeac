// @ts-check
import { existsSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { ready, unavailable } from './step-outcome.mjs';
import { buildBinding } from './tensorflow/build-binding.mjs';
import { runOwnInstaller } from './tensorflow/own-installer.mjs';
import { findTfjsNode, isLinkedTo, linkBuild, loadBinding, removeBuild } from './tensorflow/tfjs-node-package.mjs';
import { unpackTensorflowWheel } from './tensorflow/wheel.mjs';

/** A start must not wait for a download that failed a short while ago; set-up by hand tries at once. */
const TRY_AGAIN_AFTER_MS = 24 * 60 * 60_000;

/** @typedef {import('./tensorflow/tfjs-node-package.mjs').TfjsNodePackage} TfjsNodePackage */

/**
 * Native TensorFlow for `@tensorflow/tfjs-node`, made once for this machine and linked into every clone: as it is; from
 * the cache; by the package's own installer; or compiled against the library of the Python wheel. Why: docs/decisions/0009-native-tensorflow.md.
 *
 * @param {{root: string, say: (line: string) => void, isByHand?: boolean}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome>}
 */
export async function ensureNativeTensorflow({ root, say, isByHand = false }) {
  const tfjsNode = findTfjsNode(root);
  if (tfjsNode === undefined) return slowBackend('the package @tensorflow/tfjs-node is not installed');
  const entry = cacheFolder('tensorflow', `tfjs-node-${tfjsNode.version}-abi${process.versions.modules}-${process.platform}-${process.arch}`);

  // An entry is put in place only after its binding has loaded, so a link to it needs no second look.
  if (existsSync(entry) && isLinkedTo(tfjsNode, entry)) return ready('Native TensorFlow is in place.', undefined);
  if (existsSync(entry)) {
    const version = await loadBinding(entry);
    if (version !== undefined) {
      await linkBuild(tfjsNode, entry);
      return ready(`Native TensorFlow ${version} is linked from ${entry}.`, undefined);
    }
    await rm(entry, { recursive: true, force: true });
  }
  const present = await loadBinding(tfjsNode.folder);
  if (present !== undefined) return ready(`Native TensorFlow ${present} is in place.`, undefined);

  const failure = `${entry}.failed`;
  if (!isByHand && existsSync(failure) && Date.now() - statSync(failure).mtimeMs < TRY_AGAIN_AFTER_MS) return slowBackend(readFileSync(failure, 'utf8'));
  const made = await make({ root, say, tfjsNode, entry });
  if (made.ok) await rm(failure, { force: true });
  else await writeFile(failure, made.reason);
  return made.ok ? ready(made.sentence, undefined) : slowBackend(made.reason);
}

/** @typedef {{ok: true, sentence: string} | {ok: false, reason: string}} Made */

/**
 * @param {{root: string, say: (line: string) => void, tfjsNode: TfjsNodePackage, entry: string}} context
 * @returns {Promise<Made>}
 */
async function make({ root, say, tfjsNode, entry }) {
  await mkdir(dirname(entry), { recursive: true });
  const workshop = await mkdtemp(`${entry}.making-`);
  try {
    say('Native TensorFlow: asking its own installer …');
    await removeBuild(tfjsNode);
    const own = await runOwnInstaller({ root, tfjsNode });
    if (own.ok && (await loadBinding(tfjsNode.folder)) !== undefined) {
      await cp(join(tfjsNode.folder, 'deps'), join(workshop, 'deps'), { recursive: true, verbatimSymlinks: true });
      return await keep({ tfjsNode, workshop, entry, origin: 'by its own installer' });
    }

    say(`Native TensorFlow: ${own.reason || 'its binding does not load'}; taking the library from the Python wheel (220 MB, once) …`);
    await removeBuild(tfjsNode);
    const wheel = await unpackTensorflowWheel(workshop);
    if (!wheel.ok) return { ok: false, reason: wheel.reason };
    await symlink(join(workshop, 'deps'), join(tfjsNode.folder, 'deps'), 'dir');
    const built = await buildBinding(tfjsNode);
    if (!built.ok) return { ok: false, reason: built.reason };
    await rm(join(workshop, 'deps/include'), { recursive: true, force: true });
    return await keep({ tfjsNode, workshop, entry, origin: 'from the Python wheel' });
  } finally {
    await rm(workshop, { recursive: true, force: true });
    if (!existsSync(entry)) await removeBuild(tfjsNode);
  }
}

/**
 * Moves a finished build into the cache, once it has been seen to load from there, and links the package to it.
 *
 * @param {{tfjsNode: TfjsNodePackage, workshop: string, entry: string, origin: string}} build
 * @returns {Promise<Made>}
 */
async function keep({ tfjsNode, workshop, entry, origin }) {
  await cp(join(tfjsNode.folder, 'lib'), join(workshop, 'lib'), { recursive: true, verbatimSymlinks: true });
  const version = await loadBinding(workshop);
  if (version === undefined) return { ok: false, reason: 'the binding was made but does not load' };
  // Another clone may have finished first; its build is as good as this one.
  await rename(workshop, entry).catch((error) => {
    if (!existsSync(entry)) throw error;
  });
  await linkBuild(tfjsNode, entry);
  return { ok: true, sentence: `Native TensorFlow ${version} was installed ${origin} and is kept in ${entry}.` };
}

/** @param {string} reason */
function slowBackend(reason) {
  return unavailable(
    `NATIVE TENSORFLOW IS NOT AVAILABLE: ${reason}. Training runs on the JavaScript backend, which is many times slower; serving runs on onnx and wasm. ` +
      'To mend it, let this machine reach storage.googleapis.com or a Python package index, with python3-pip, g++ and make installed, and run `npm run setup` again.',
  );
}

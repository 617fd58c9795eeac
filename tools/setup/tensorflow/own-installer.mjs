// @ts-check
import { request } from 'node:https';
import { delimiter, join } from 'node:path';
import { lastLine, runCommand } from '../run-command.mjs';

const BUCKET = 'https://storage.googleapis.com/tensorflow/';
const PROBE_TIMEOUT_MS = 8_000;
/** 130 MB of library and 1 MB of binding, over a slow line. */
const INSTALL_TIMEOUT_MS = 5 * 60_000;

/**
 * The package's own installer: a download of libtensorflow and of a ready-made binding from a Google bucket.
 *
 * @param {{root: string, tfjsNode: import('./tfjs-node-package.mjs').TfjsNodePackage}} options
 * @returns {Promise<{ok: boolean, reason: string}>}
 */
export async function runOwnInstaller({ root, tfjsNode }) {
  // Behind a firewall that drops packets the installer would wait for minutes; it does time out by itself nowhere.
  if (!hasOtherRoad() && !(await answers(BUCKET))) return { ok: false, reason: `${new URL(BUCKET).host} cannot be reached from here` };
  const result = await runCommand(process.execPath, ['scripts/install.js'], {
    cwd: tfjsNode.folder,
    env: { PATH: `${join(root, 'node_modules/.bin')}${delimiter}${process.env.PATH}` },
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
  return { ok: result.ok, reason: result.timedOut ? `it took longer than ${INSTALL_TIMEOUT_MS / 60_000} minutes` : lastLine(result.output) };
}

/** A proxy or a mirror, which the installer honours and a plain request does not. */
function hasOtherRoad() {
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy, CDN_STORAGE, TFJS_NODE_CDN_STORAGE } = process.env;
  return [HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy, CDN_STORAGE, TFJS_NODE_CDN_STORAGE].some(Boolean);
}

/**
 * @param {string} url
 * @returns {Promise<boolean>}
 */
function answers(url) {
  return new Promise((resolve) => {
    const probe = request(url, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) }, (response) => {
      response.resume();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
    probe.end();
  });
}

// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { canInstallWithApt, installWithApt } from '../apt.mjs';
import { findOnPath } from '../find-on-path.mjs';
import { lastLine, runCommand } from '../run-command.mjs';

const BUILD_TIMEOUT_MS = 5 * 60_000;

/**
 * Compiles tfjs-node's binding against the library in the package's `deps`, into the package's `lib`.
 *
 * @param {import('./tfjs-node-package.mjs').TfjsNodePackage} tfjsNode
 * @returns {Promise<{ok: boolean, reason: string}>}
 */
export async function buildBinding(tfjsNode) {
  const compiler = await ensureCompiler();
  if (!compiler.ok) return compiler;
  // node-pre-gyp is the package's own dependency: ask for it as the package would.
  const nodePreGyp = createRequire(join(tfjsNode.folder, 'package.json')).resolve('@mapbox/node-pre-gyp/bin/node-pre-gyp');
  const result = await runCommand(process.execPath, [nodePreGyp, 'install', '--build-from-source'], {
    cwd: tfjsNode.folder,
    env: headersEnvironment(),
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (result.ok) return { ok: true, reason: '' };
  return { ok: false, reason: `the binding could not be compiled: ${errorLine(result.output)}` };
}

/** @returns {Promise<{ok: boolean, reason: string}>} */
async function ensureCompiler() {
  const isMissing = () => ['g++', 'make', 'python3'].filter((name) => findOnPath(name) === undefined);
  if (isMissing().length === 0) return { ok: true, reason: '' };
  if (canInstallWithApt()) await installWithApt(['g++', 'make', 'python3']);
  const missing = isMissing();
  return { ok: missing.length === 0, reason: `${missing.join(' and ')} not installed` };
}

/**
 * Headers that came with this Node save node-gyp a download, which a firewall may refuse.
 *
 * @returns {Record<string, string>}
 */
function headersEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const header = join(prefix, 'include/node/node_version.h');
  if (process.env.npm_config_nodedir || !existsSync(header)) return {};
  const text = readFileSync(header, 'utf8');
  const [major, minor] = ['MAJOR', 'MINOR'].map((part) => new RegExp(`#define NODE_${part}_VERSION (\\d+)`).exec(text)?.[1]);
  return process.version.startsWith(`v${major}.${minor}.`) ? { npm_config_nodedir: prefix } : {};
}

/** @param {string} output */
function errorLine(output) {
  return output.split('\n').find((line) => /\berror\b[: ]|ERR! stack Error/.test(line))?.trim() ?? lastLine(output);
}

// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { canInstallWithApt, installWithApt } from './apt.mjs';
import { cacheFolder } from './cache-folder.mjs';
import { findOnPath } from './find-on-path.mjs';
import { lastLine, runCommand } from './run-command.mjs';
import { ready, unavailable } from './step-outcome.mjs';

/** BLMPOP, with which replies are read, came with Redis 7.0. */
const OLDEST_MAJOR = 7;
const NAMES = ['redis-server', 'valkey-server'];
/** Compiles Redis from source on any Unix with make and a C compiler. */
const REDIS_MEMORY_SERVER = 'redis-memory-server@0.17.1';
const COMPILED_VERSION = '7.2.7';
const COMPILE_TIMEOUT_MS = 6 * 60_000;

/** A Redis that runs already, or a server program to start. @typedef {{url: string} | {binary: string}} RedisChoice */

/**
 * A Redis to work with: the user's own, one on PATH, or one installed or compiled now. Starts nothing.
 *
 * @param {{say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome<RedisChoice>>}
 */
export async function ensureRedis({ say }) {
  const url = process.env.REDIS_URL;
  if (url) return ready(`Redis: using the one at REDIS_URL.`, { url });
  const onPath = await usable(process.env.REDIS_BINARY || findOnPath(...NAMES));
  if (onPath.ok) return found(onPath);
  const compiled = await usable(madeHere());
  if (compiled.ok) return found(compiled);

  const tried = [onPath.problem];
  if (canInstallWithApt()) {
    say('Redis: installing redis-server with apt-get …');
    const { reason } = await installWithApt(['redis-server']);
    const installed = await usable(findOnPath(...NAMES));
    if (installed.ok) return found(installed);
    tried.push(`apt-get: ${reason || installed.problem}`);
  }
  say(`Redis: compiling it with ${REDIS_MEMORY_SERVER} (minutes, once) …`);
  const made = await compileRedis();
  if (made.ok) return found(made);
  tried.push(made.problem);
  return unavailable(
    `Redis ${OLDEST_MAJOR} or newer is needed and could not be had here (${tried.join('; ')}). ${installHint()} ` +
      `Or start one in a container and name it: docker run -d -p 6379:6379 redis:7-alpine --appendonly yes --maxmemory-policy noeviction, then REDIS_URL=redis://127.0.0.1:6379.`,
  );
}

/** @typedef {{ok: true, binary: string, version: string} | {ok: false, problem: string}} Look */

/**
 * @param {string | undefined} binary
 * @returns {Promise<Look>}
 */
async function usable(binary) {
  if (binary === undefined) return { ok: false, problem: 'neither redis-server nor valkey-server is on PATH' };
  const { stdout } = await runCommand(binary, ['--version'], { timeoutMs: 10_000 });
  const version = /\bv=(\d+)(\.[\d.]+)?/.exec(stdout);
  if (version === null) return { ok: false, problem: `${binary} does not say its version` };
  if (Number(version[1]) < OLDEST_MAJOR) return { ok: false, problem: `${binary} is version ${version[1]}${version[2] ?? ''}, which is too old` };
  return { ok: true, binary: resolve(binary), version: `${version[1]}${version[2] ?? ''}` };
}

/** @param {{binary: string, version: string}} server */
function found({ binary, version }) {
  return ready(`Redis ${version} is at ${binary}.`, { binary });
}

/** Where `compileRedis` leaves a link to the server, for later runs and for the tests. */
function madeHere() {
  const link = cacheFolder('bin', 'redis-server');
  return existsSync(link) ? link : undefined;
}

/** @returns {Promise<Look>} */
async function compileRedis() {
  const folder = cacheFolder('redis-memory-server');
  await mkdir(folder, { recursive: true });
  const npmInstall = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-workspaces', REDIS_MEMORY_SERVER];
  const installed = await runCommand('npm', npmInstall, { cwd: folder, timeoutMs: COMPILE_TIMEOUT_MS });
  if (!installed.ok) return { ok: false, problem: `npm could not install ${REDIS_MEMORY_SERVER}: ${lastLine(installed.output)}` };
  const script = `require('redis-memory-server').RedisBinary.getPath({ version: '${COMPILED_VERSION}', downloadDir: ${JSON.stringify(join(folder, 'builds'))} }).then((path) => console.log('\\n' + path))`;
  const compiled = await runCommand(process.execPath, ['-e', script], { cwd: folder, timeoutMs: COMPILE_TIMEOUT_MS });
  if (!compiled.ok) return { ok: false, problem: `redis-memory-server: ${errorLine(compiled.output)}` };
  const link = cacheFolder('bin', 'redis-server');
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(lastLine(compiled.stdout), link);
  return usable(link);
}

/** @param {string} output */
function errorLine(output) {
  return output.split('\n').find((line) => /^\w*Error\b|ERR!/.test(line.trim()))?.trim() ?? lastLine(output);
}

function installHint() {
  if (process.platform === 'darwin') return 'Install it with: brew install redis.';
  if (findOnPath('apt-get')) return 'Install it with: sudo apt-get install -y redis-server.';
  if (findOnPath('dnf')) return 'Install it with: sudo dnf install -y valkey.';
  if (findOnPath('apk')) return 'Install it with: apk add redis.';
  if (findOnPath('pacman')) return 'Install it with: sudo pacman -S valkey.';
  return 'Install Redis 7 or Valkey from your system’s packages.';
}

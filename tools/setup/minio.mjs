// @ts-check
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { findOnPath } from './find-on-path.mjs';
import { lastLine, runCommand } from './run-command.mjs';
import { ready, unavailable } from './step-outcome.mjs';

/** MinIO publishes no more binaries; this is its last commit whose server builds and passes our tests. */
const VERSION = 'v0.0.0-20260212201848-7aac2a2c5b7c';
/** Two minutes on two idle cores, with every module still to be downloaded. */
const BUILD_TIMEOUT_MS = 15 * 60_000;

/** A MinIO that runs already, or a server program to start. @typedef {{endpoint: string} | {binary: string}} MinioChoice */

/**
 * A MinIO for tests: the user's own, one on PATH, or one built with Go and kept. Starts nothing.
 *
 * @param {{say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome<MinioChoice>>}
 */
export async function ensureMinio({ say }) {
  const endpoint = process.env.MINIO_ENDPOINT;
  if (endpoint) return ready('MinIO: using the one at MINIO_ENDPOINT.', { endpoint });
  const onPath = process.env.MINIO_BINARY || findOnPath('minio');
  if (onPath !== undefined) return ready(`MinIO is at ${onPath}.`, { binary: onPath });

  const binary = cacheFolder('minio', VERSION, 'minio');
  if (existsSync(binary)) {
    await linkForTests(binary);
    return ready(`MinIO is at ${binary}.`, { binary });
  }
  const go = findOnPath('go');
  if (go === undefined) return missing('neither minio nor go is on PATH');
  say('MinIO: building it with Go (about 2 minutes, once) …');
  const folder = dirname(binary);
  const built = await runCommand(go, ['install', `github.com/minio/minio@${VERSION}`], {
    env: { GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' },
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (!built.ok) return missing(`go could not build it: ${built.timedOut ? 'time ran out' : lastLine(built.output)}`);
  await linkForTests(binary);
  return ready(`MinIO was built and is kept at ${binary}.`, { binary });
}

/**
 * A fixed name for whoever runs single tests, who does not know the version.
 *
 * @param {string} binary
 */
async function linkForTests(binary) {
  const link = cacheFolder('bin', 'minio');
  await mkdir(dirname(link), { recursive: true });
  await rm(link, { force: true });
  await symlink(relative(dirname(link), binary), link);
}

/** @param {string} reason */
function missing(reason) {
  return unavailable(`MinIO is not available (${reason}), so the tests that need it are skipped. Put minio on PATH, install Go, or set MINIO_ENDPOINT, MINIO_ACCESS_KEY and MINIO_SECRET_KEY.`);
}

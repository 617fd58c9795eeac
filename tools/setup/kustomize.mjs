// @ts-check
import { existsSync } from 'node:fs';
import { cacheFolder } from './cache-folder.mjs';
import { findOnPath } from './find-on-path.mjs';
import { lastLine, runCommand } from './run-command.mjs';
import { ready, unavailable } from './step-outcome.mjs';

const VERSION = 'v5.7.1';
const BUILD_TIMEOUT_MS = 10 * 60_000;

/**
 * What builds `k8s/`: kustomize, or kubectl, which carries it; else one built with Go and kept. The value is the program's path.
 *
 * @param {{say: (line: string) => void}} context
 * @returns {Promise<import('./step-outcome.mjs').StepOutcome<string>>}
 */
export async function ensureKustomize({ say }) {
  const kept = cacheFolder('bin', 'kustomize');
  const present = findOnPath('kustomize', 'kubectl') ?? (existsSync(kept) ? kept : undefined);
  if (present !== undefined) return ready(`Kustomize is at ${present}.`, present);
  const go = findOnPath('go');
  if (go === undefined) return missing('neither kustomize, kubectl nor go is on PATH');
  say('Kustomize: building it with Go (about a minute, once) …');
  const built = await runCommand(go, ['install', `sigs.k8s.io/kustomize/kustomize/v5@${VERSION}`], {
    env: { GOBIN: cacheFolder('bin'), GOFLAGS: '', CGO_ENABLED: '0' },
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  return built.ok ? ready(`Kustomize was built and is kept at ${kept}.`, kept) : missing(`go could not build it: ${built.timedOut ? 'time ran out' : lastLine(built.output)}`);
}

/** @param {string} reason */
function missing(reason) {
  return unavailable(`Kustomize is not available (${reason}), so the tests that build k8s/ are skipped. Put kustomize or kubectl on PATH.`);
}

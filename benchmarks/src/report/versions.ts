import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Packages the figures depend on. */
const PACKAGES = ['onnxruntime-node', 'bullmq', 'ioredis', 'fastify', '@nestjs/core'];
const TIMEOUT_MS = 5_000;

/**
 * Versions of this repository (its commit), of Redis and of the packages that matter. What cannot be found out is left out.
 *
 * @param root the repository
 * @param redisBinary the server program
 */
export function readVersions(root: string, redisBinary: string | undefined): Record<string, string> {
  const found = [
    ['switchyard', commitOf(root)],
    ['redis', redisBinary === undefined ? undefined : /\bv=([\d.]+)/.exec(output(redisBinary, ['--version']))?.[1]],
    ...PACKAGES.map((name) => [name, packageVersion(root, name)] as const),
  ] as const;
  return Object.fromEntries(found.filter(([, version]) => version !== undefined)) as Record<string, string>;
}

function commitOf(root: string): string | undefined {
  const commit = output('git', ['-C', root, 'rev-parse', '--short', 'HEAD']);
  if (commit === '') return undefined;
  return output('git', ['-C', root, 'status', '--porcelain', '--untracked-files=no', 'apps', 'libs']) === '' ? commit : `${commit} with changes`;
}

function packageVersion(root: string, name: string): string | undefined {
  try {
    const file = createRequire(join(root, 'package.json')).resolve.paths(name)?.[0] ?? '';
    return (JSON.parse(readFileSync(join(file, name, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

function output(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', timeout: TIMEOUT_MS, stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return '';
  }
}

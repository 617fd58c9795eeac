import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** The Redis server to start: `REDIS_BINARY`, one on PATH, or what set-up made. Undefined when there is none. */
export function findRedisBinary(): string | undefined {
  return process.env['REDIS_BINARY'] ?? findProgram(['redis-server', 'valkey-server']);
}

/** The MinIO server to start: `MINIO_BINARY`, one on PATH, or what set-up built. Undefined when there is none. */
export function findMinioBinary(): string | undefined {
  return process.env['MINIO_BINARY'] ?? findProgram(['minio']);
}

/** The first of these programs that is on PATH or that `npm run setup` made. Undefined when there is none. */
export function findProgram(names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), madeBySetup()];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** The folder `npm run setup` puts programs in that it had to make; the same rule as in tools/setup/cache-folder.mjs. */
function madeBySetup(): string {
  const { SWITCHYARD_CACHE: configured, XDG_CACHE_HOME: caches } = process.env;
  return join(configured ? resolve(configured) : join(caches || join(homedir(), '.cache'), 'switchyard'), 'bin');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

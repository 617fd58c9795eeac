// @ts-check
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where things live that are costly to make and serve every clone on this machine: native TensorFlow, MinIO, Redis.
 * `SWITCHYARD_CACHE` moves it; everything in it may be deleted and is made again.
 *
 * @param {...string} parts
 */
export function cacheFolder(...parts) {
  const configured = process.env.SWITCHYARD_CACHE;
  const base = configured ? resolve(configured) : join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'switchyard');
  return join(base, ...parts);
}

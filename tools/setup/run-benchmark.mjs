// @ts-check
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runSetup, SetupError } from './run-setup.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Sets up what is missing, then hands over to a program of the benchmarks, which was compiled on the way.
 *
 * @param {string} program compiled file below benchmarks/dist
 */
export async function runBenchmark(program) {
  try {
    const { redis } = await runSetup({ root: ROOT });
    if ('binary' in redis) process.env.REDIS_BINARY = redis.binary;
    await import(pathToFileURL(join(ROOT, 'benchmarks', 'dist', program)).href);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

#!/usr/bin/env node
// @ts-check
/** `npm run bench`: sets up what is missing, then hands over to the benchmark (benchmarks/), which was compiled on the way. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { runSetup, SetupError } from './setup/run-setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  const { redis } = await runSetup({ root });
  if ('binary' in redis) process.env.REDIS_BINARY = redis.binary;
  await import(pathToFileURL(join(root, 'benchmarks/dist/main.js')).href);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

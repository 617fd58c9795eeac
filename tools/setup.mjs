#!/usr/bin/env node
// @ts-check
/** `npm run setup`: everything `npm start` and `npm test` need, once. Both do it by themselves as well. */
import { fileURLToPath } from 'node:url';
import { runSetup, SetupError } from './setup/run-setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

try {
  await runSetup({ root, forTests: true, isByHand: true });
  process.stdout.write('Ready. Next: npm start, or npm test.\n');
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

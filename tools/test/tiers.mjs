// @ts-check

/**
 * A group of spec files that need the same things.
 *
 * @typedef {object} Tier
 * @property {'unit' | 'integration' | 'e2e'} name
 * @property {string} needs for the heading
 * @property {string[]} files globs, those with `!` left out
 * @property {string[]} flags of jest
 * @property {number} timeoutMs
 */

const MINUTE_MS = 60_000;

/** @type {readonly Tier[]} in order: the quickest answer first */
export const TIERS = [
  {
    name: 'unit',
    needs: 'nothing but Node',
    files: ['**/*.spec.ts', '!**/*.integration.spec.ts', '!**/*.e2e.spec.ts'],
    flags: [],
    timeoutMs: 20 * MINUTE_MS,
  },
  { name: 'integration', needs: 'real Redis and MinIO', files: ['**/*.integration.spec.ts'], flags: [], timeoutMs: 20 * MINUTE_MS },
  {
    name: 'e2e',
    needs: 'the four services as processes; one file at a time, so that their figures mean something',
    files: ['**/*.e2e.spec.ts'],
    flags: ['--runInBand'],
    timeoutMs: 45 * MINUTE_MS,
  },
];

// @ts-check

/**
 * What a part of the run came to.
 *
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed tests, and checks such as lint, that failed
 * @property {string[]} skipped names of tests that did not run, each with its reason
 * @property {string[]} failures one line each
 */

/** @returns {Tally} */
export function emptyTally() {
  return { passed: 0, failed: 0, skipped: [], failures: [] };
}

/**
 * @param {string} failure what went wrong, one line
 * @returns {Tally}
 */
export function failedTally(failure) {
  return { passed: 0, failed: 1, skipped: [], failures: [failure] };
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function addTallies(tallies) {
  return {
    passed: tallies.reduce((sum, tally) => sum + tally.passed, 0),
    failed: tallies.reduce((sum, tally) => sum + tally.failed, 0),
    skipped: tallies.flatMap((tally) => tally.skipped),
    failures: tallies.flatMap((tally) => tally.failures),
  };
}

/**
 * The one closing line of `npm test`, which scripts read.
 *
 * @param {Tally} tally
 */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}

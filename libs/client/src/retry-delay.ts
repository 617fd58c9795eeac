const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;

/**
 * How long to pause before an attempt is repeated: twice as long each time, between half and all of it so that clients that failed together do
 * not come back together, and never less than the server asked for.
 *
 * @param attempt 0 for the first repetition
 * @param random from 0 to 1
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | null, random: number = Math.random()): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.max(longest * (0.5 + random / 2), retryAfterMs === null ? 0 : retryAfterMs * (1 + random / 10));
}

/** Six digits suffice for most float32 values, nine for all. */
const DIGITS = [6, 7, 8, 9] as const;

/** The double with the fewest digits that is the same float32: 0.1 rather than 0.10000000149011612. */
export function shortestNumber(float32: number): number {
  for (const digits of DIGITS) {
    const rounded = Number(float32.toPrecision(digits));
    if (Math.fround(rounded) === float32) return rounded;
  }
  return float32;
}

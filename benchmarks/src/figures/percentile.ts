/**
 * The smallest value that at least this share of all values do not exceed (nearest rank): a value that was measured, never one between two.
 *
 * @param sorted ascending
 * @param share in (0, 1], as 0.99
 * @returns NaN when there are no values
 */
export function percentile(sorted: Float32Array | Float64Array | readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

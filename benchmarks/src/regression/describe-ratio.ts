import type { RatioFigures } from './measure-ratio.js';

/** A short run in one line. */
export function describeRatio({ ratio, rounds, failures }: RatioFigures): string {
  const each = rounds.map(
    ({ requestsPerSecond, otherCores, ceilingRowsPerSecond }) =>
      `${requestsPerSecond.toFixed(0)} req/s of ${ceilingRowsPerSecond.toFixed(0)} rows/s (others took ${otherCores.toFixed(1)} cores)`,
  );
  return `single rows at 64 connections: ${(ratio * 100).toFixed(1)} % of the engine on one thread; ${each.join(', ')}; ${failures.join(', ') || 'no failures'}`;
}

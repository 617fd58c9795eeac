import type { LoadFigures } from './measure-load.js';

/** One load in one line. */
export function describeLoad({ format, connections, answersPerSecond, p50Ms, p99Ms, failures, wrongAnswers }: LoadFigures): string {
  const failed = Object.entries(failures).map(([kind, count]) => `${count} × ${kind}`);
  const wrong = wrongAnswers.length > 0 ? [`${wrongAnswers.length} wrong answers`] : [];
  const troubles = [...failed, ...wrong].join(', ') || 'no failures';
  return `${format}, ${connections} ${connections === 1 ? 'connection' : 'connections'}: ${Math.round(answersPerSecond)} req/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${troubles}`;
}

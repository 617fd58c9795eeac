import type { JobsFigures } from '../measure/measure-jobs.js';
import type { MixedFigures, TrickleFigures } from '../measure/measure-mixed.js';

/** Jobs in one line. */
export function describeJobs({ jobs, durationMs, jobsPerSecond, failures, wrongAnswers }: JobsFigures): string {
  return `${jobs} jobs in ${(durationMs / 1_000).toFixed(1)} s: ${jobsPerSecond.toFixed(0)} jobs/s, ${troubles(failures, wrongAnswers)}`;
}

/** A trickle alone and under a flood, in one line. */
export function describeMixed({ requestsPerSecond, alone, flooded, flood }: MixedFigures): string {
  const trickle = ({ p50Ms, p99Ms, failures, wrongAnswers }: TrickleFigures): string => `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${troubles(failures, wrongAnswers)}`;
  return (
    `${requestsPerSecond} req/s alone: ${trickle(alone)}; under ${flood.jobsPerSecond.toFixed(0)} bulk jobs/s of ${flood.rowsPerJob} rows: ${trickle(flooded)}; ` +
    `flood: ${troubles(flood.failures, [])}, its last job was ${flood.lastJob} when the trickle ended`
  );
}

function troubles(failures: Readonly<Record<string, number>>, wrongAnswers: readonly string[]): string {
  const failed = Object.entries(failures).map(([kind, count]) => `${count} × ${kind}`);
  return [...failed, ...(wrongAnswers.length > 0 ? [`${wrongAnswers.length} wrong answers`] : [])].join(', ') || 'no failures';
}

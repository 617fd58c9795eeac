import { textTable } from '../report/text-table.js';
import type { ExtraSummary, MixedSummary, TrickleSummary } from './extra.js';

/** Jobs and trickle, as tables; nothing of what was not measured. */
export function renderExtra({ jobs, mixed }: ExtraSummary): string[] {
  const jobRows = jobs.map(({ system, jobs: count, durationMs, jobsPerSecond, failed }) => [system, String(count), (durationMs / 1_000).toFixed(1), jobsPerSecond.toFixed(0), String(failed)]);
  return [
    ...(jobs.length === 0
      ? []
      : ['## Asynchronous jobs of one row, from the first submission to the last result', '', textTable(['server', 'jobs', 's', 'jobs/s', 'failed'], jobRows), '', 'Ours by HTTP at 64 connections, one request per job; Celery by its own client. Every result was compared.', '']),
    ...mixed.flatMap(renderMixed),
  ];
}

function renderMixed({ system, requestsPerSecond, alone, flooded, rowsPerJob, jobsPerSecond, floodFailed, hasBacklog }: MixedSummary): string[] {
  const row = (name: string, { p50Ms, p95Ms, p99Ms, failed }: TrickleSummary): string[] => [name, ...[p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(2)), String(failed)];
  return [
    `## ${requestsPerSecond} sync rows per second, alone and under a flood: ${system}`,
    '',
    textTable(['', 'p50 ms', 'p95 ms', 'p99 ms', 'failed'], [row('alone', alone), row('flooded', flooded)]),
    '',
    `Sent at fixed times, whatever comes back. The flood: jobs of ${rowsPerJob} rows with priority "bulk", ${jobsPerSecond.toFixed(0)} of them taken per second, ${floodFailed} refused or lost; ` +
      `${hasBacklog ? 'some were still waiting' : 'none was waiting any more'} when the trickle ended.`,
    '',
  ];
}

import type { Mark } from '../report/marks.js';
import type { ExtraSummary, JobsSummary, MixedSummary } from './extra.js';
import { SWITCHYARD } from './names.js';

const OVER_CELERY = 10;
/** Where it is not measured in the same run. */
const CELERY_JOBS_PER_SECOND = 220;
const FLOODED_OVER_ALONE = 3;

/** What is promised of asynchronous jobs, and of a trickle under a flood. What was not measured has no mark. */
export function evaluateExtraMarks({ jobs, mixed }: ExtraSummary): Mark[] {
  const own = jobs.find(({ system }) => system === SWITCHYARD);
  const trickle = mixed.find(({ system }) => system === SWITCHYARD);
  const celery = jobs.find(({ system }) => system.startsWith('Celery'));
  return [...(own === undefined ? [] : jobsMarks(own, celery)), ...(trickle === undefined ? [] : mixedMarks(trickle))];
}

function jobsMarks({ jobsPerSecond, failed, checkedAnswers, jobs }: JobsSummary, celery: JobsSummary | undefined): Mark[] {
  const other = celery?.jobsPerSecond ?? CELERY_JOBS_PER_SECOND;
  const ratio = jobsPerSecond / other;
  return [
    {
      promise: `${jobs} asynchronous jobs, submit to last result: at least ${OVER_CELERY} × Celery's${celery === undefined ? ` ${CELERY_JOBS_PER_SECOND} jobs/s, as it had them once` : ''}`,
      measured: `${ratio.toFixed(1)} × (${jobsPerSecond.toFixed(0)} and ${other.toFixed(0)} jobs/s)`,
      isMet: ratio >= OVER_CELERY,
    },
    { promise: 'every job succeeds, with the right result', measured: `${failed} failed or wrong of ${checkedAnswers}`, isMet: failed === 0 && checkedAnswers > 0 },
  ];
}

function mixedMarks({ alone, flooded, hasBacklog }: MixedSummary): Mark[] {
  const ratio = flooded.p99Ms / alone.p99Ms;
  return [
    {
      promise: `a trickle of sync rows under a flood of bulk rows: p99 at most ${FLOODED_OVER_ALONE} × that alone`,
      measured: `${ratio.toFixed(1)} × (${flooded.p99Ms.toFixed(1)} and ${alone.p99Ms.toFixed(1)} ms)${hasBacklog ? '' : '; no backlog of bulk rows was left at its end'}`,
      isMet: ratio <= FLOODED_OVER_ALONE,
    },
    { promise: 'no request of the trickle fails', measured: `${alone.failed + flooded.failed} failed or wrong`, isMet: alone.failed + flooded.failed === 0 },
  ];
}

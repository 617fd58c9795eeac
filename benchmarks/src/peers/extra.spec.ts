import { describe, expect, it } from '@jest/globals';
import type { JobsFigures } from '../measure/measure-jobs.js';
import type { MixedFigures, TrickleFigures } from '../measure/measure-mixed.js';
import { summarizeExtra, type PeersExtra } from './extra.js';
import { evaluateExtraMarks } from './extra-marks.js';
import { renderExtra } from './render-extra.js';

const jobs = (jobsPerSecond: number, changes: Partial<JobsFigures> = {}): JobsFigures => ({ jobs: 1_000, durationMs: 1_000_000 / jobsPerSecond, jobsPerSecond, failures: {}, checkedAnswers: 1_000, wrongAnswers: [], ...changes });

function trickle(p99Ms: number, changes: Partial<TrickleFigures> = {}): TrickleFigures {
  return { answers: 100, durationMs: 1_000, answersPerSecond: 100, p50Ms: p99Ms / 4, p95Ms: p99Ms / 2, p99Ms, maxMs: p99Ms, failures: {}, checkedAnswers: 100, wrongAnswers: [], ...changes };
}

function mixed(alone: TrickleFigures, flooded: TrickleFigures, lastJob = 'queued'): MixedFigures {
  return { requestsPerSecond: 50, alone, flooded, flood: { rowsPerJob: 16, jobsPerSecond: 700, failures: {}, lastJob } };
}

/** One system per key, one pass per value. */
function summaryOf(extras: Readonly<Record<string, readonly PeersExtra[]>>) {
  const names = Object.keys(extras);
  const passes = Array.from({ length: extras[names[0] ?? '']?.length ?? 0 }, (_, pass) =>
    names.map((system) => ({ system, startUpMs: 1, loads: [], extra: extras[system]?.[pass] ?? null, failure: null })),
  );
  return summarizeExtra({ ceilings: {}, passes });
}

const isMet = (extras: Parameters<typeof summaryOf>[0]): boolean[] => evaluateExtraMarks(summaryOf(extras)).map((mark) => mark.isMet);

describe('jobs', () => {
  it('are medians over the passes, with failures added up', () => {
    const { jobs: found } = summaryOf({ Switchyard: [{ jobs: jobs(2_000, { failures: { 'job failed': 2 } }), mixed: null }, { jobs: jobs(4_000, { wrongAnswers: ['wrong'] }), mixed: null }] });
    expect(found).toEqual([{ system: 'Switchyard', jobs: 1_000, jobsPerSecond: 3_000, durationMs: 375, failed: 3, checkedAnswers: 2_000 }]);
  });

  it('are held against ten times those of Celery, in the same run or once', () => {
    const own = (jobsPerSecond: number): PeersExtra[] => [{ jobs: jobs(jobsPerSecond), mixed: null }];
    const celery = [{ jobs: jobs(150), mixed: null }];
    expect([isMet({ Switchyard: own(1_500), 'Celery, TensorFlow': celery }), isMet({ Switchyard: own(1_499), 'Celery, TensorFlow': celery })]).toEqual([[true, true], [false, true]]);
    expect([isMet({ Switchyard: own(2_200) }), isMet({ Switchyard: own(2_199) })]).toEqual([[true, true], [false, true]]);
  });

  it('must all succeed', () => {
    expect(isMet({ Switchyard: [{ jobs: jobs(9_000, { failures: { 'job failed': 1 } }), mixed: null }] })).toEqual([true, false]);
  });
});

describe('a trickle under a flood', () => {
  it('may have three times its p99 alone', () => {
    const with99 = (p99Ms: number): PeersExtra[] => [{ jobs: null, mixed: mixed(trickle(5), trickle(p99Ms)) }];
    expect([isMet({ Switchyard: with99(15) }), isMet({ Switchyard: with99(15.1) })]).toEqual([[true, true], [false, true]]);
  });

  it('may not fail', () => {
    expect(isMet({ Switchyard: [{ jobs: null, mixed: mixed(trickle(5), trickle(5, { failures: { 'status 503': 1 } })) }] })).toEqual([true, false]);
  });

  it('says whether it was flooded to the end', () => {
    const extras = (lastJob: string): PeersExtra[] => [{ jobs: null, mixed: mixed(trickle(5), trickle(5), lastJob) }];
    expect(renderExtra(summaryOf({ Switchyard: extras('queued') })).join('\n')).toContain('some were still waiting when the trickle ended');
    expect(evaluateExtraMarks(summaryOf({ Switchyard: extras('succeeded') }))[0]?.measured).toContain('no backlog of bulk rows was left');
  });
});

it('has nothing to say of what was not measured', () => {
  const nothing = summaryOf({ Switchyard: [{ jobs: null, mixed: null }], mosec: [] });
  expect([renderExtra(nothing), evaluateExtraMarks(nothing)]).toEqual([[], []]);
});

import { ServingError } from '@switchyard/errors';
import { z } from 'zod';
import { getAll } from '../load/get-all.js';
import { runLoadApart } from '../load/run-load-apart.js';
import type { RunningSystem } from '../systems/system.js';
import { jobIdOf, jobSubmissions } from '../workloads/job-submissions.js';
import type { Workload } from '../workloads/workload.js';

/** Many asynchronous jobs of one row. */
export interface JobsFigures {
  readonly jobs: number;
  /** From the first submission until the last result was there. */
  readonly durationMs: number;
  readonly jobsPerSecond: number;
  /** What went wrong: submissions that failed, jobs that did not succeed. */
  readonly failures: Readonly<Record<string, number>>;
  readonly checkedAnswers: number;
  readonly wrongAnswers: readonly string[];
}

export interface MeasureJobsOptions {
  /** One row per request, as TensorFlow Serving's JSON. */
  readonly row: Workload;
  readonly count: number;
}

const CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 30_000;
const SUBMISSION_DEADLINE_MS = 240_000;
const RESULT_DEADLINE_MS = 120_000;
/** What `GET /jobs/{id}` accepts. */
const LONGEST_WAIT_SECONDS = 60;

const jobSchema = z.object({
  status: z.string(),
  submitted_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  result: z.unknown(),
});
type Job = z.infer<typeof jobSchema>;

/**
 * Submits jobs at 64 connections, waits for the last of them as a user would, and then reads every one: the time is that from the
 * first submission to the last end, as the jobs themselves tell it, so that whoever waits costs nothing meanwhile. Every result is compared.
 *
 * @throws ServingError `invalid-input` when the system takes no jobs, `deadline-exceeded` when they do not end in time
 */
export async function measureJobs(system: RunningSystem, { row, count }: MeasureJobsOptions): Promise<JobsFigures> {
  const submissions = jobSubmissions(row, 'normal');
  const [url] = system.urlsOf(submissions);
  if (url === undefined) throw new ServingError('invalid-input', 'This system takes no jobs.');
  const { samples, failures } = await runLoadApart({
    url,
    requests: submissions.requests,
    connections: CONNECTIONS,
    warmUpMs: 0,
    measureMs: SUBMISSION_DEADLINE_MS,
    maxAnswers: count,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    samples: count,
  });
  const ids = samples.map(({ body }) => jobIdOf(body) ?? 'none');
  const last = ids.at(-1);
  if (last === undefined) throw new ServingError('internal', `No job was taken: ${JSON.stringify(failures)}.`);
  // One that waits for the last submitted costs nothing; those few that end after it are waited for when they are read.
  await readJobs(url, [last], () => undefined);
  const jobs: Job[] = [];
  await readJobs(url, ids, (index, job) => (jobs[index] = job));
  return { ...timesOf(jobs), ...problemsOf(jobs, failures, (index, result) => row.problemWith(samples[index]?.request ?? 0, Buffer.from(JSON.stringify(result)))) };
}

function readJobs(url: string, ids: readonly string[], onJob: (index: number, job: Job) => void): Promise<void> {
  return getAll({
    url: `${url}/`,
    paths: ids.map((id) => `${id}?wait=${LONGEST_WAIT_SECONDS}`),
    connections: CONNECTIONS,
    deadlineMs: RESULT_DEADLINE_MS,
    onAnswer: (index, { body }) => onJob(index, jobSchema.parse(JSON.parse(body.toString()))),
  });
}

function timesOf(jobs: readonly Job[]): Pick<JobsFigures, 'jobs' | 'durationMs' | 'jobsPerSecond'> {
  const [first, last] = jobs.reduce(
    ([from, to], { submitted_at: submitted, ended_at: ended }) => [Math.min(from, Date.parse(submitted)), Math.max(to, ended === null ? Infinity : Date.parse(ended))] as const,
    [Infinity, 0] as readonly [number, number],
  );
  const durationMs = last - first;
  return { jobs: jobs.length, durationMs, jobsPerSecond: (jobs.length * 1_000) / durationMs };
}

function problemsOf(jobs: readonly Job[], refused: Readonly<Record<string, number>>, problemWith: (index: number, result: unknown) => string | null): Pick<JobsFigures, 'failures' | 'checkedAnswers' | 'wrongAnswers'> {
  const failures: Record<string, number> = { ...refused };
  const wrongAnswers: string[] = [];
  jobs.forEach(({ status, result }, index) => {
    const problem = status === 'succeeded' ? problemWith(index, result) : null;
    if (status !== 'succeeded') failures[`job ${status}`] = (failures[`job ${status}`] ?? 0) + 1;
    if (problem !== null) wrongAnswers.push(problem);
  });
  return { failures, checkedAnswers: jobs.length, wrongAnswers };
}

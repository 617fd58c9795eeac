import { until } from '@switchyard/test-kit';
import { getJson, inParallel, postJson } from '../stack/http.js';
import { wrongRows, type DigitRows } from './digit-rows.js';

interface JobView {
  readonly id: string;
  readonly status: string;
  readonly ended_at: string | null;
  readonly error: unknown;
  readonly result: { readonly predictions: unknown } | null;
}

export interface SubmittedJob {
  readonly id: string;
  readonly rows: DigitRows;
}

const POLLS_AT_ONCE = 8;

/** One sync prediction. @returns what is wrong with the answer, null when it is the caller's own */
export async function predictDigits(httpUrl: string, rows: DigitRows): Promise<string | null> {
  const { status, body } = await postJson<{ predictions?: unknown }>(`${httpUrl}/v1/models/mnist:predict`, `{"instances":${rows.instances}}`);
  return status === 200 ? wrongRows(body.predictions, rows.expected) : `status ${status}: ${JSON.stringify(body).slice(0, 300)}`;
}

/** One asynchronous job. @param key under it the job shares none of the queue with others @throws Error when it is not taken in */
export async function submitDigits(httpUrl: string, rows: DigitRows, key?: string): Promise<SubmittedJob> {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  const { status, body } = await postJson<JobView>(`${httpUrl}/jobs`, `{"model":"mnist","instances":${rows.instances}}`, headers);
  if (status !== 202) throw new Error(`The job was not taken in: status ${status}, ${JSON.stringify(body)}`);
  return { id: body.id, rows };
}

/** Waits for the end of every job. @returns one line for each that did not succeed with its own rows */
export async function awaitJobs(httpUrl: string, jobs: readonly SubmittedJob[], deadlineMs: number): Promise<string[]> {
  const endsAtMs = performance.now() + deadlineMs;
  const problems = await inParallel(jobs, POLLS_AT_ONCE, async ({ id, rows }) => {
    const view = await awaitEnd(httpUrl, id, Math.max(0, endsAtMs - performance.now()));
    if (view.status !== 'succeeded') return `job ${id} is ${view.status}: ${JSON.stringify(view.error)}`;
    const wrong = wrongRows(view.result?.predictions, rows.expected);
    return wrong === null ? null : `job ${id}: ${wrong}`;
  });
  return problems.filter((problem) => problem !== null);
}

export function awaitEnd(httpUrl: string, id: string, deadlineMs: number): Promise<JobView> {
  return until(
    async () => {
      const { status, body } = await getJson<JobView>(`${httpUrl}/jobs/${id}`);
      if (status !== 200) throw new Error(`status ${status}: ${JSON.stringify(body)}`);
      return body.ended_at === null ? undefined : body;
    },
    { deadlineMs, describe: `job ${id} to end` },
  );
}

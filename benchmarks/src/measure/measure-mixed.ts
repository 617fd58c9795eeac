import { ServingError } from '@switchyard/errors';
import { getAll } from '../load/get-all.js';
import type { LoadResult } from '../load/load-plan.js';
import { runLoadApart } from '../load/run-load-apart.js';
import { runTrickleApart } from '../load/run-trickle-apart.js';
import type { RunningSystem } from '../systems/system.js';
import { jobIdOf, jobSubmissions } from '../workloads/job-submissions.js';
import type { Workload } from '../workloads/workload.js';

/** A trickle of sync rows, alone and under a flood of bulk jobs. */
export interface MixedFigures {
  readonly requestsPerSecond: number;
  readonly alone: TrickleFigures;
  readonly flooded: TrickleFigures;
  readonly flood: {
    readonly rowsPerJob: number;
    /** Taken in per second while the trickle ran. */
    readonly jobsPerSecond: number;
    readonly failures: Readonly<Record<string, number>>;
    /** What had become of the job taken last when the trickle was over; `queued`: there was a backlog to the end. */
    readonly lastJob: string;
  };
}

export interface TrickleFigures extends Omit<LoadResult, 'samples'> {
  readonly checkedAnswers: number;
  readonly wrongAnswers: readonly string[];
}

export interface MeasureMixedOptions {
  /** Of the trickle: one row per request. */
  readonly row: Workload;
  /** Of the flood: many rows per request. Both as TensorFlow Serving's JSON. */
  readonly rows: Workload;
  readonly requestsPerSecond: number;
  readonly measureMs: number;
}

const REQUEST_TIMEOUT_MS = 30_000;
const TRICKLE_CONNECTIONS = 256;
const FLOOD_CONNECTIONS = 8;
/** A backlog builds up before the trickle begins, and stays after it. */
const FLOOD_LEAD_MS = 2_000;
const FLOOD_TAIL_MS = 2_000;
const SAMPLES = 1_000;

/** Measures the trickle alone, then under the flood. @throws ServingError `invalid-input` when the system does not take both */
export async function measureMixed(system: RunningSystem, { row, rows, requestsPerSecond, measureMs }: MeasureMixedOptions): Promise<MixedFigures> {
  const submissions = jobSubmissions(rows, 'bulk');
  const [[url], [jobsUrl]] = [system.urlsOf(row), system.urlsOf(submissions)];
  if (url === undefined || jobsUrl === undefined) throw new ServingError('invalid-input', 'This system does not take both rows and jobs.');
  const trickle = async (): Promise<TrickleFigures> => {
    const plan = { url, requests: row.requests, connections: TRICKLE_CONNECTIONS, requestsPerSecond, measureMs, requestTimeoutMs: REQUEST_TIMEOUT_MS, samples: SAMPLES };
    return figuresOf(row, await runTrickleApart(plan));
  };
  const alone = await trickle();
  const { flooded, lastJob, flood } = await underFlood({ submissions, url: jobsUrl, measureMs }, trickle);
  const rowsPerJob = rows.rowsPerRequest;
  return { requestsPerSecond, alone, flooded, flood: { rowsPerJob, jobsPerSecond: flood.answersPerSecond, failures: flood.failures, lastJob } };
}

interface Flood {
  readonly submissions: Workload;
  readonly url: string;
  readonly measureMs: number;
}

/** The flood is measured from the moment the trickle begins. */
async function underFlood({ submissions, url, measureMs }: Flood, trickle: () => Promise<TrickleFigures>) {
  let flooded: Promise<TrickleFigures> | undefined;
  const flooding = runLoadApart(
    {
      url,
      requests: submissions.requests,
      connections: FLOOD_CONNECTIONS,
      warmUpMs: FLOOD_LEAD_MS,
      measureMs: measureMs + FLOOD_TAIL_MS,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      // The last one is wanted, and a fair sample has no last: all are kept.
      samples: Number.MAX_SAFE_INTEGER,
    },
    (phase) => {
      if (phase !== 'measuring') return;
      flooded = trickle();
      flooded.catch(() => undefined); // told below, unless the flood failed first
    },
  );
  const { samples, ...flood } = await flooding;
  if (flooded === undefined) throw new ServingError('internal', `The flood never began: ${JSON.stringify(flood.failures)}.`);
  const last = jobIdOf(samples.at(-1)?.body ?? new Uint8Array());
  return { flood, lastJob: last === null ? 'none' : await statusOf(url, last), flooded: await flooded };
}

async function statusOf(url: string, id: string): Promise<string> {
  let status = 'unknown';
  await getAll({ url: `${url}/`, paths: [id], connections: 1, deadlineMs: REQUEST_TIMEOUT_MS, onAnswer: (_, { body }) => (status = /"status":"(\w+)"/.exec(body.toString())?.[1] ?? 'unknown') });
  return status;
}

function figuresOf(row: Workload, { samples, ...result }: LoadResult): TrickleFigures {
  return { ...result, checkedAnswers: samples.length, wrongAnswers: samples.flatMap(({ request, body }) => row.problemWith(request, body) ?? []) };
}

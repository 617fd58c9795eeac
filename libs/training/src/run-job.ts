import { randomBytes } from 'node:crypto';

/** Attempts of one run, the first included: an outage of the store or the registry of several minutes is sat out. */
const ATTEMPTS = 6;
const FIRST_BACK_OFF_MS = 10_000;
/** Ended jobs kept in Redis for a look; runs themselves lie in the object store. */
const KEPT_JOBS = 100;

/** How a run's job is put on the training queue, whoever asks for it (plain options of BullMQ's `add`). */
export interface RunJobOptions {
  readonly jobId: string;
  readonly deduplication: { readonly id: string };
  readonly attempts: number;
  readonly backoff: { readonly type: 'exponential'; readonly delay: number };
  readonly removeOnComplete: { readonly count: number };
  readonly removeOnFail: { readonly count: number };
}

/** While one run of a pipeline waits or works, another is not queued: `add` then answers with the job there is. */
export function runJobOptions(runId: string, pipeline: string): RunJobOptions {
  return {
    jobId: runId,
    deduplication: { id: `run-${pipeline}` },
    attempts: ATTEMPTS,
    backoff: { type: 'exponential', delay: FIRST_BACK_OFF_MS },
    removeOnComplete: { count: KEPT_JOBS },
    removeOnFail: { count: KEPT_JOBS },
  };
}

/** `mnist-20260105T020000Z-4f1d2a`: a segment of object keys and a job id, sorted by time within a pipeline. */
export function newRunId(pipeline: string, wallMs: number): string {
  const time = new Date(wallMs).toISOString().replace(/\.\d+|[-:]/g, '');
  return `${pipeline}-${time}-${randomBytes(3).toString('hex')}`;
}

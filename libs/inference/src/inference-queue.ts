import type { ServingError } from '@switchyard/errors';
import type { InferRequest } from './infer-request.js';
import type { InferenceJob, InferenceReply } from './inference-job.js';

/**
 * The producing end: hands jobs to whichever worker is free.
 *
 * The caller promises a valid job whose deadlines lie ahead, and unique ids.
 * The implementer promises that `request` settles before the job's last deadline plus a second, whatever dies in between; that a
 * job accepted is run at least once while any worker lives, also when the worker that took it is killed; that replies never cross.
 */
export interface InferenceQueue {
  /** @throws ServingError `deadline-exceeded`, `overloaded`, `queue-unavailable`, or what the worker failed with. */
  request(job: InferenceJob): Promise<InferenceReply>;
  close(): Promise<void>;
}

/**
 * The consuming end, in a worker.
 * The implementer promises to call `handler` for each job of the models in `consume`, several at a time up to `maxJobs`, and to deliver
 * what it returns or throws; a job whose process dies goes to another worker.
 */
export interface InferenceConsumer {
  /**
   * Takes jobs of `model` until the returned function has been awaited; that one waits for the jobs in hand.
   *
   * @param options `maxJobs` of the first class at a time, and as many of all others: those never keep rows of the first class out
   */
  consume(model: string, handler: (job: InferenceJob) => Promise<InferenceReply>, options: { readonly maxJobs: number }): () => Promise<void>;
  close(): Promise<void>;
}

export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** How far an asynchronous job has come, as its caller sees it. `succeeded`, `failed` and `canceled` are final: a job ends exactly once. */
export interface JobState {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly status: JobStatus;
  readonly rows: number;
  /** From 0 to 1. */
  readonly progress: number;
  readonly submittedAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  /** Present once `succeeded`, and beside failed rows. */
  readonly reply: InferenceReply | null;
  /** Present once `failed` as a whole. */
  readonly error: ServingError | null;
  /** Kept for the caller's codec: how the request was written (`row`, `column`, …). */
  readonly format: string;
}

/** Whether nothing more will happen to the job. */
export function hasEnded({ status }: Pick<JobState, 'status'>): boolean {
  return status !== 'queued' && status !== 'running';
}

/** A caller's name for one submission, which makes repeating it harmless. */
export interface IdempotencyKey {
  readonly key: string;
  /** Of all that was submitted: the same key with another digest is the caller's mistake. Without spaces. */
  readonly digest: string;
}

/** Asynchronous predictions: durable, polled by id, kept for a stated time after they ended. */
export interface InferenceJobs {
  submit(request: InferRequest, format: string): Promise<JobState>;
  /**
   * Submits unless that was done under the same key within a day; then returns the job of that time as it is now.
   * @throws ServingError `conflict` when the key stands for another submission, or for a job whose result has expired.
   */
  submitOnce(request: InferRequest, format: string, key: IdempotencyKey): Promise<{ readonly state: JobState; readonly isNew: boolean }>;
  /** Null when there is no such job, or its time is over. */
  find(id: string): Promise<JobState | null>;
  /** Cancels what has not ended; returns the state after it, or null when there is no such job. */
  cancel(id: string): Promise<JobState | null>;
  close(): Promise<void>;
}

/** Tells when the state of a job has changed. */
export interface JobNotices {
  /**
   * Calls `listener` after each change, until the returned function is called. Resolves once notices come, which is not before Redis can be reached.
   * A notice may be lost, as when Redis restarts: whoever must not miss a change looks for himself now and then.
   */
  listen(jobId: string, listener: () => void): Promise<() => void>;
  close(): Promise<void>;
}

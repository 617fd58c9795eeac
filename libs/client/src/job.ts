export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A prediction for later, as it is now. */
export interface Job<Result = unknown> {
  readonly id: string;
  /** The last three are final. */
  readonly status: JobStatus;
  readonly model: string;
  readonly version: number;
  readonly rows: number;
  /** From 0 to 1. */
  readonly progress: number;
  readonly submittedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** Why it failed. */
  readonly error: { readonly kind: string; readonly message: string } | null;
  /** What a sync caller would have got, `{predictions}` or `{outputs}`; null until it has succeeded. */
  readonly result: Result | null;
}

/** `Job` as the server writes it. */
export interface WireJob<Result> extends Pick<Job<Result>, 'id' | 'status' | 'model' | 'version' | 'rows' | 'progress' | 'error' | 'result'> {
  readonly submitted_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
}

export function jobFromWire<Result>({ submitted_at, started_at, ended_at, ...job }: WireJob<Result>): Job<Result> {
  return { ...job, submittedAt: new Date(submitted_at), startedAt: toDate(started_at), endedAt: toDate(ended_at) };
}

/** Whether nothing more will happen to it. */
export function hasEnded({ status }: Pick<Job, 'status'>): boolean {
  return status !== 'queued' && status !== 'running';
}

function toDate(time: string | null): Date | null {
  return time === null ? null : new Date(time);
}

import type { ServingError } from '@switchyard/errors';
import type { TensorMap } from '@switchyard/tensor';
import type { Priority } from './infer-request.js';
import type { ReplyTiming } from './reply-timing.js';

/** One request's share of a job: its rows follow those of the entry before it. */
export interface JobEntry {
  readonly requestId: string;
  readonly rows: number;
  readonly deadlineAtMs: number;
}

/** What travels on the queue: the rows of one or more requests for one version, joined along dimension 0. */
export interface InferenceJob {
  readonly id: string;
  readonly model: string;
  readonly version: number;
  readonly priority: Priority;
  readonly entries: readonly JobEntry[];
  /** Sum of the entries' rows. */
  readonly rows: number;
  readonly inputs: TensorMap;
}

/** Rows `[from, to)` of a job that have no answer, and why. */
export interface RowFailure {
  readonly from: number;
  readonly to: number;
  readonly error: ServingError;
}

/** The answer to a job: outputs for all its rows (undefined values where a failure says so). */
export interface InferenceReply {
  readonly outputs: TensorMap;
  readonly failures: readonly RowFailure[];
  /** Absent when nothing ran. */
  readonly timing?: ReplyTiming;
}

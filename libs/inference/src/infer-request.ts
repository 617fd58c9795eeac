import type { TensorMap } from '@switchyard/tensor';
import type { ReplyTiming } from './reply-timing.js';

/** Who goes first: interactive callers before jobs, jobs before bulk work. */
export const PRIORITIES = ['interactive', 'normal', 'bulk'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** The one request in the middle: every protocol decodes to it, nothing behind it knows a protocol. */
export interface InferRequest {
  /** From `x-request-id`, else made by the api; follows the request through queue and worker into the logs. */
  readonly requestId: string;
  readonly model: string;
  /** Resolved: aliases and traffic splits are gone by now. */
  readonly version: number;
  /** Checked against the signature; every tensor has `rows` rows. */
  readonly inputs: TensorMap;
  readonly rows: number;
  /** Wall time: it must mean the same in another process. */
  readonly deadlineAtMs: number;
  readonly priority: Priority;
}

export interface InferResponse {
  readonly model: string;
  readonly version: number;
  /** Every output of the signature, each with as many rows as the request. */
  readonly outputs: TensorMap;
  /** Of the job the request travelled in; its executions are told to the job's first request only. */
  readonly timing: ReplyTiming;
}

import { decodeError, encodeError, type ErrorFrame, type ServingError } from '@switchyard/errors';
import type { InferenceJob, InferenceReply, JobEntry, Priority, ReplyTiming } from '@switchyard/inference';
import { decodeFrame, encodeFrame, framePieces } from '@switchyard/tensor';

/** What BullMQ keeps of a job. Rows travel as bytes, never as JSON of numbers, which would cost more than the model. */
export interface QueuedJobData {
  readonly model: string;
  readonly rows: number;
  /** The job's frame in base64, when it is small (`JobPayloads`); else it lies beside the job. */
  readonly inputs?: string;
  /** Where the answer goes: to the reply list of an api process, or, each entry's own, to the records of asynchronous jobs. */
  readonly answerTo: { readonly replies: string } | { readonly records: readonly string[] };
}

interface JobMeta {
  readonly model: string;
  readonly version: number;
  readonly priority: Priority;
  readonly entries: readonly (readonly [requestId: string, rows: number, deadlineAtMs: number])[];
}

/** The job's frame, in pieces. */
export function encodeJob(job: InferenceJob): Uint8Array[] {
  const entries = job.entries.map((entry) => [entry.requestId, entry.rows, entry.deadlineAtMs] as const);
  const meta: JobMeta = { model: job.model, version: job.version, priority: job.priority, entries };
  return framePieces(meta, job.inputs);
}

export function decodeJob(id: string, frame: Uint8Array): InferenceJob {
  const { meta, tensors } = decodeFrame<JobMeta>(frame);
  const entries = meta.entries.map(([requestId, rows, deadlineAtMs]): JobEntry => ({ requestId, rows, deadlineAtMs }));
  const rows = entries.reduce((sum, entry) => sum + entry.rows, 0);
  return { id, model: meta.model, version: meta.version, priority: meta.priority, entries, rows, inputs: tensors };
}

/** The answer to a job, or why there is none. */
export type JobAnswer = { readonly reply: InferenceReply } | { readonly error: ServingError };

interface AnswerMeta {
  readonly id: string;
  readonly error?: ErrorFrame;
  readonly failures?: readonly (readonly [from: number, to: number, error: ErrorFrame])[];
  readonly timing?: ReplyTiming;
}

export function encodeAnswer(id: string, answer: JobAnswer): Buffer {
  if ('error' in answer) return encodeFrame({ id, error: encodeError(answer.error) } satisfies AnswerMeta, new Map());
  const failures = answer.reply.failures.map(({ from, to, error }) => [from, to, encodeError(error)] as const);
  const { timing } = answer.reply;
  return encodeFrame({ id, failures, ...(timing && { timing }) } satisfies AnswerMeta, answer.reply.outputs);
}

export function decodeAnswer(frame: Uint8Array): { readonly id: string; readonly answer: JobAnswer } {
  const { meta, tensors } = decodeFrame<AnswerMeta>(frame);
  if (meta.error !== undefined) return { id: meta.id, answer: { error: decodeError(meta.error) } };
  const failures = (meta.failures ?? []).map(([from, to, error]) => ({ from, to, error: decodeError(error) }));
  return { id: meta.id, answer: { reply: { outputs: tensors, failures, ...(meta.timing && { timing: meta.timing }) } } };
}

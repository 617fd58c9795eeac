import { ServingError } from '@switchyard/errors';
import type { JobState } from '@switchyard/inference';
import type { Signature } from '@switchyard/model-registry';
import { encodePredict } from '@switchyard/protocol-tf-serving';

/** A job as its caller sees it: JSON bytes, because the result is encoded once and never becomes an object. */
export function encodeJob(state: JobState, signature: Signature | null): Buffer {
  const view = {
    id: state.id,
    status: state.status,
    model: state.model,
    version: state.version,
    rows: state.rows,
    progress: state.progress,
    submitted_at: isoTime(state.submittedAtMs),
    started_at: isoTime(state.startedAtMs),
    ended_at: isoTime(state.endedAtMs),
    error: errorOf(state),
  };
  const result = resultOf(state, signature);
  const open = JSON.stringify(view).slice(0, -1);
  return Buffer.concat([Buffer.from(`${open},"result":`), result, Buffer.from('}')]);
}

function resultOf(state: JobState, signature: Signature | null): Buffer {
  if (state.status !== 'succeeded' || state.reply === null) return Buffer.from('null');
  if (signature === null) throw new ServingError('version-not-found', `Version ${state.version} of model "${state.model}" is gone, and with it the names of its outputs.`);
  return encodePredict(state.format === 'column' ? 'column' : 'row', state.reply.outputs, signature);
}

function errorOf({ error, reply }: JobState): { kind: string; message: string } | null {
  const failure = error ?? reply?.failures[0]?.error;
  return failure === undefined || failure === null ? null : { kind: failure.kind, message: failure.message };
}

function isoTime(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

import { ServingError } from '@switchyard/errors';
import type { InferenceJob, InferenceReply, InferRequest, JobEntry, ReplyTiming } from '@switchyard/inference';
import { concatRowsOfAll, sliceRowsOfAll } from '@switchyard/tensor';

/** What requests must agree in to share a job: version, priority, and each tensor's name, dtype and row shape. */
export function loadKey({ model, version, priority, inputs }: InferRequest): string {
  let key = `${model}@${version}@${priority}`;
  for (const [name, of] of inputs) key += `|${name}:${of.dtype}:${of.shape.slice(1).join('x')}`;
  return key;
}

/** Joins the rows of requests that agree in their `loadKey` into one job; each is an entry of it. */
export function coupleJob(id: string, requests: readonly InferRequest[]): InferenceJob {
  const first = requests[0];
  if (first === undefined) throw new ServingError('internal', 'A job needs at least one request.');
  return {
    id,
    model: first.model,
    version: first.version,
    priority: first.priority,
    entries: requests.map(({ requestId, rows, deadlineAtMs }) => ({ requestId, rows, deadlineAtMs })),
    rows: rowsOf(requests),
    inputs: concatRowsOfAll(requests.map(({ inputs }) => inputs)),
  };
}

/** The job without the entries that `isKept` refuses; the job itself when it keeps all. One entry at least must stay. */
export function keepEntries(job: InferenceJob, isKept: (index: number) => boolean): InferenceJob {
  const entries = job.entries.filter((_, index) => isKept(index));
  if (entries.length === job.entries.length) return job;
  const parts = rangesOf(job.entries).filter((_, index) => isKept(index)).map(([from, to]) => sliceRowsOfAll(job.inputs, from, to));
  return { ...job, entries, rows: rowsOf(entries), inputs: concatRowsOfAll(parts) };
}

/** What each entry of a job is to be told: its own rows of the outputs, as views, and its own failures. The first one counts the job's executions. */
export function splitReply(entries: readonly JobEntry[], reply: InferenceReply): InferenceReply[] {
  if (entries.length === 1) return [reply];
  const { outputs, failures, timing } = reply;
  const later: ReplyTiming | undefined = timing && { ...timing, executions: 0 };
  return rangesOf(entries).map(([from, to], index) => {
    const ownTiming = index === 0 ? timing : later;
    const own = failures.length === 0 ? failures : failures.filter((failed) => failed.from < to && failed.to > from);
    const shifted = own.map((failed) => ({ ...failed, from: Math.max(failed.from, from) - from, to: Math.min(failed.to, to) - from }));
    return { outputs: sliceRowsOfAll(outputs, from, to), failures: shifted, ...(ownTiming && { timing: ownTiming }) };
  });
}

/** How many of `items`, from the front, fit one load; at least one, however large it is. */
export function fittingCount<Item>(items: readonly Item[], sizeOf: (item: Item) => { readonly rows: number; readonly bytes: number }, { maxRows, maxBytes }: { readonly maxRows: number; readonly maxBytes: number }): number {
  let [rows, bytes] = [0, 0];
  const end = items.findIndex((item, index) => {
    const size = sizeOf(item);
    rows += size.rows;
    bytes += size.bytes;
    return index > 0 && (rows > maxRows || bytes > maxBytes);
  });
  return end === -1 ? items.length : end;
}

export function rowsOf(parts: readonly { readonly rows: number }[]): number {
  return parts.reduce((sum, { rows }) => sum + rows, 0);
}

function rangesOf(entries: readonly JobEntry[]): (readonly [from: number, to: number])[] {
  let end = 0;
  return entries.map(({ rows }) => [end, (end += rows)] as const);
}

import { ServingError } from '@switchyard/errors';
import { hasEnded, type JobState } from '@switchyard/inference';
import { jobStates } from './job-states.js';
import type { JobWatcher } from './job-watcher.js';

/** Longer waits die at gateways; a caller who has more time asks again. */
export const MAX_WAIT_SECONDS = 60;

/** `?wait=` of `GET /jobs/{id}` in milliseconds. @throws ServingError `invalid-input` */
export function parseWait(wait: string | readonly string[] | undefined): number {
  if (wait === undefined) return 0;
  const seconds = typeof wait === 'string' && /^\d{1,6}(\.\d{1,6})?$/.test(wait) ? Number(wait) : NaN;
  if (seconds <= MAX_WAIT_SECONDS) return seconds * 1_000;
  throw new ServingError('invalid-input', `"wait" is ${JSON.stringify(wait).slice(0, 50)}; a number of seconds from 0 to ${MAX_WAIT_SECONDS} is expected.`);
}

/** The job once it has ended, or as it is when the time is over or the caller has gone. @throws ServingError as `JobWatcher.watch` does */
export async function awaitJob(watcher: JobWatcher, id: string, { waitMs, signal }: { readonly waitMs: number; readonly signal: AbortSignal }): Promise<JobState> {
  const over = new AbortController();
  const end = (): void => over.abort();
  const timer = setTimeout(end, waitMs);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let last: JobState | undefined;
  try {
    for await (const state of jobStates(watcher, id, { idleMs: waitMs, signal: over.signal })) {
      last = state ?? last;
      if (last !== undefined && hasEnded(last)) break;
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
  if (last === undefined) throw new ServingError('internal', `The watch of job "${id}" ended before it began. This is a bug.`);
  return last;
}

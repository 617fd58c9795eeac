import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { isPassing, storageFailure } from './storage-failure.js';

const MAX_ATTEMPTS = 4;
const FIRST_DELAY_MS = 100;

/** The deadline of the call under way, for the transport: the client takes no signal of its own. */
export const callSignal = new AsyncLocalStorage<AbortSignal>();

/**
 * Calls the server, again after 100, 200 and 400 ms (each ± 50 %, so that services do not come back in step) while the failure may pass
 * and `deadlineMs` leaves room; at the deadline the attempt under way is aborted.
 * @throws ServingError `storage-unavailable`
 */
export async function callWithRetries<Result>(deadlineMs: number, call: () => Promise<Result>): Promise<Result> {
  const endsAtMs = performance.now() + deadlineMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callUntil(endsAtMs, call);
    } catch (error) {
      const pauseMs = FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
      if (attempt === MAX_ATTEMPTS || !isPassing(error) || performance.now() + pauseMs >= endsAtMs) throw storageFailure(error);
      await delay(pauseMs);
    }
  }
}

async function callUntil<Result>(endsAtMs: number, call: () => Promise<Result>): Promise<Result> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), endsAtMs - performance.now());
  try {
    return await callSignal.run(abort.signal, call);
  } finally {
    clearTimeout(timer);
  }
}

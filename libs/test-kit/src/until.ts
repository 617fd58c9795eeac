import { setTimeout as delay } from 'node:timers/promises';

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 100;

/**
 * Waits until something observed from outside holds. Where an event says so, wait for the event; this is for what only
 * a question can tell (a status over HTTP, a key in Redis). Pauses grow from 5 to 100 ms.
 *
 * @param predicate a truthy value ends the wait and is returned; an error counts as "not yet"
 * @param options `describe` says in the failure what was waited for
 * @throws Error when `deadlineMs` have passed, with the last value or error
 */
export async function until<Value>(
  predicate: () => Value | Promise<Value>,
  { deadlineMs, describe = 'the condition' }: { deadlineMs: number; describe?: string },
): Promise<NonNullable<Value>> {
  const endMs = performance.now() + deadlineMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const last = await attempt(predicate);
    if (last.value) return last.value;
    if (performance.now() >= endMs) {
      const seen = last.error === undefined ? JSON.stringify(last.value) : String(last.error);
      throw new Error(`Waited ${deadlineMs} ms for ${describe}; the last look gave ${seen}.`, { cause: last.error });
    }
    await delay(pauseMs);
  }
}

async function attempt<Value>(predicate: () => Value | Promise<Value>): Promise<{ value?: Value; error?: unknown }> {
  try {
    return { value: await predicate() };
  } catch (error) {
    return { error };
  }
}

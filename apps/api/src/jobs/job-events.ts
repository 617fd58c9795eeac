import { toServingError } from '@switchyard/errors';
import type { JobState } from '@switchyard/inference';
import { encodeError } from '@switchyard/protocol-predict';

/** Proxies close what is silent for a minute, or for thirty seconds. */
export const HEARTBEAT_MS = 15_000;
/** What a browser waits before it connects again. */
const RECONNECT_MS = 1_000;

/**
 * Server-sent events of a job (https://html.spec.whatwg.org/multipage/server-sent-events.html): `event: state` with the job as `GET /jobs/{id}`
 * shows it, after each change; a comment as heartbeat; the end of the stream after the state in which the job ended.
 * `event: error` carries an error in the house shape when a state cannot be shown.
 */
export async function* jobEvents(states: AsyncIterable<JobState | null>, encode: (state: JobState) => Buffer): AsyncGenerator<Buffer, void> {
  let head = `retry: ${RECONNECT_MS}\n\n`;
  for await (const state of states) {
    const event = state === null ? Buffer.from(': nothing has changed\n\n') : stateEvent(state, encode);
    yield Buffer.concat([Buffer.from(head), event]);
    head = '';
  }
}

function stateEvent(state: JobState, encode: (state: JobState) => Buffer): Buffer {
  try {
    return frame('state', encode(state));
  } catch (thrown) {
    return frame('error', encodeError(toServingError(thrown)));
  }
}

/** The data is one line: JSON as it is written here has no line breaks outside its strings, and escapes those within. */
function frame(event: string, data: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`event: ${event}\ndata: `), data, Buffer.from('\n\n')]);
}

import { Deadline } from './deadline.js';
import { errorOfAnswer } from './error-of-answer.js';
import { hasEnded, jobFromWire, type Job, type WireJob } from './job.js';
import { parseJsonText } from './json-text.js';
import { retryDelayMs } from './retry-delay.js';
import { readServerSentEvents } from './server-sent-events.js';
import { SwitchyardError } from './switchyard-error.js';
import type { CallOptions, Transport } from './transport.js';

/** The server says something every fifteen seconds; after this silence the connection is dead. */
const LONGEST_SILENCE_MS = 45_000;

/** The states of a job from the server's events; each once, however often the connection is made. @throws SwitchyardError */
export async function* jobStates<Result>(transport: Transport, id: string, { timeoutMs, signal, requestId }: CallOptions & { readonly timeoutMs: number }): AsyncGenerator<Job<Result>, void> {
  const deadline = new Deadline(timeoutMs, signal);
  let told: Job['status'] | undefined;
  try {
    for (let attempt = 0; ; attempt++) {
      for await (const job of oneConnection<Result>(transport, id, deadline, requestId)) {
        if (job.status === told) continue;
        told = job.status;
        attempt = 0;
        yield job;
        if (hasEnded(job)) return;
      }
      await deadline.sleep(retryDelayMs(attempt, null));
    }
  } finally {
    deadline.close();
  }
}

/** Ends without a word when the connection does. */
async function* oneConnection<Result>(transport: Transport, id: string, deadline: Deadline, requestId: string | undefined): AsyncGenerator<Job<Result>, void> {
  const call = { method: 'GET', path: `/jobs/${encodeURIComponent(id)}/events`, headers: { accept: 'text/event-stream' }, isRepeatable: true } as const;
  const { body } = await transport.open(call, deadline, requestId);
  if (body === null) throw new SwitchyardError('unexpected-answer', 'The server answered without events.');
  const silence = watchForSilence(() => void body.cancel().catch(() => undefined));
  try {
    for await (const { event, data } of readServerSentEvents(body, silence.heard)) {
      if (event === 'state') yield jobFromWire(parseJsonText(data) as WireJob<Result>);
      if (event === 'error') throw errorOfAnswer(500, new Headers(), data);
    }
  } catch (error) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    if (error instanceof SwitchyardError) throw error;
  } finally {
    silence.end();
  }
}

function watchForSilence(onSilence: () => void): { heard(): void; end(): void } {
  const timer = setTimeout(onSilence, LONGEST_SILENCE_MS);
  return { heard: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

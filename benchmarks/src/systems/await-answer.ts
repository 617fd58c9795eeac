import { setTimeout as delay } from 'node:timers/promises';
import { ServingError } from '@switchyard/errors';
import type { Workload } from '../workloads/workload.js';

export interface AwaitAnswerOptions {
  readonly url: string;
  /** Its first request is sent; over HTTP. */
  readonly workload: Workload;
  readonly deadlineMs: number;
  /** Throws when nothing will come any more. */
  readonly assertAlive?: () => void;
}

const LOOK_EVERY_MS = 25;
const REQUEST_TIMEOUT_MS = 15_000;

/** Sends one request again and again until the answer is right. @throws ServingError `deadline-exceeded` with the last thing that was wrong */
export async function awaitAnswer({ url, workload, deadlineMs, assertAlive }: AwaitAnswerOptions): Promise<void> {
  const endMs = performance.now() + deadlineMs;
  let problem = 'it was never asked';
  while (performance.now() < endMs) {
    assertAlive?.();
    const found = await problemOfAnswer(url, workload);
    if (found === null) return;
    problem = found;
    await delay(LOOK_EVERY_MS);
  }
  throw new ServingError('deadline-exceeded', `There was no right answer from ${url} within ${deadlineMs} ms: ${problem}`);
}

async function problemOfAnswer(url: string, { requests, problemWith }: Workload): Promise<string | null> {
  const [content] = requests;
  try {
    const { contentType, headers = {}, body } = content ?? { contentType: 'text/plain', body: new Uint8Array() };
    const response = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': contentType }, body: Uint8Array.from(body), signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    const answer = new Uint8Array(await response.arrayBuffer());
    return response.ok ? problemWith(0, answer) : `status ${response.status}`;
  } catch (error) {
    // Not up yet; the next look tells.
    return error instanceof Error ? error.message : String(error);
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import { ServingError } from '@switchyard/errors';
import type { LocalProcess } from './local-process.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

export interface ReadinessWait {
  /** For the message: "redis", "the api". */
  readonly name: string;
  readonly process: LocalProcess;
  /** Answers true when the process is ready; an error means not yet. */
  readonly isReady: () => Promise<boolean>;
  readonly timeoutMs: number;
}

/**
 * Asks a process again and again, with growing pauses, until it is ready. There is no event to wait for: only a question
 * over the network tells that another process listens.
 *
 * @throws ServingError `internal` when it ended first, `deadline-exceeded` when time ran out; both end with the last lines it printed
 */
export async function waitUntilReady({ name, process: child, isReady, timeoutMs }: ReadinessWait): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    if (await isReady().catch(() => false)) return;
    if (!child.isRunning) {
      const { code, signal } = await child.exited;
      throw new ServingError('internal', `${name} ended before it was ready (${signal ?? `exit code ${code}`}):\n${child.lastLines}`);
    }
    if (performance.now() > endMs) throw new ServingError('deadline-exceeded', `${name} was not ready within ${timeoutMs} ms:\n${child.lastLines}`);
    await Promise.race([delay(pauseMs), child.exited]);
  }
}

/** Whether a GET is answered with 2xx, within a second. */
export async function answersOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1_000) });
  await response.arrayBuffer();
  return response.ok;
}

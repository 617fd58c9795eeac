import { callJson } from './call-json.js';
import { Deadline } from './deadline.js';
import { retryDelayMs } from './retry-delay.js';
import { SwitchyardError } from './switchyard-error.js';
import type { CallOptions, Transport } from './transport.js';

export interface Health {
  readonly status: string;
  readonly service: string;
  readonly uptimeSeconds: number;
}

/** A start that trains its models takes about a minute. */
const DEFAULT_WAIT_MS = 2 * 60_000;
/** An attempt that hangs must not use up the wait. */
const LONGEST_LOOK_MS = 5_000;
const UNAVAILABLE = 503;

/** Whether the api lives. @throws SwitchyardError `connection-failed`, … */
export async function health(transport: Transport, options?: CallOptions): Promise<Health> {
  const { status, service, uptime_seconds } = await callJson<{ status: string; service: string; uptime_seconds: number }>(transport, { method: 'GET', path: '/health', isRepeatable: true }, options);
  return { status, service, uptimeSeconds: uptime_seconds };
}

/** Whether it may take traffic: false also while nobody can be reached, without a second attempt. @throws SwitchyardError for anything else */
export async function isReady(transport: Transport, options?: CallOptions): Promise<boolean> {
  try {
    await transport.send({ method: 'GET', path: '/ready', isRepeatable: true, retries: 0 }, options);
    return true;
  } catch (error) {
    if (error instanceof SwitchyardError && (error.status === UNAVAILABLE || error.kind === 'connection-failed')) return false;
    throw error;
  }
}

/** Resolves when it may take traffic. @param options `timeoutMs` is two minutes by default. @throws SwitchyardError `deadline-exceeded` */
export async function waitUntilReady(transport: Transport, { timeoutMs = DEFAULT_WAIT_MS, signal, ...options }: CallOptions = {}): Promise<void> {
  const deadline = new Deadline(timeoutMs, signal);
  try {
    for (let attempt = 0; ; attempt++) {
      const ready = await isReady(transport, { ...options, timeoutMs: LONGEST_LOOK_MS, signal: deadline.signal }).catch((error: unknown) => {
        if (deadline.signal.aborted) throw deadline.signal.reason;
        if (error instanceof SwitchyardError && error.kind === 'deadline-exceeded') return false;
        throw error;
      });
      if (ready) return;
      await deadline.sleep(retryDelayMs(Math.min(attempt, 3), null));
    }
  } finally {
    deadline.close();
  }
}

import type { Priority } from './encode-infer.js';

const LONGEST_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** What the server is told of a request whose body has no field for it: when its answer is of no more use, and who goes first. */
export function scheduleHeaders(timeoutMs: number, priority: Priority | undefined): Record<string, string> {
  const timeout = { 'x-timeout-ms': String(Math.max(1, Math.ceil(Math.min(timeoutMs, LONGEST_TIMEOUT_MS)))) };
  return priority === undefined ? timeout : { ...timeout, 'x-priority': priority };
}

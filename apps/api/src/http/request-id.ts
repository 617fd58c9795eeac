import { randomUUID } from 'node:crypto';

const ACCEPTED = /^[\x21-\x7e]{1,128}$/;

/** The caller's `x-request-id` where it is printable and short, else a new one; it follows the request into the worker's log. */
export function requestIdOf(headers: Record<string, unknown>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && ACCEPTED.test(given) ? given : randomUUID();
}

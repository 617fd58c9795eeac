import { ServingError } from '@switchyard/errors';

/** The header of https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';
const ACCEPTED = /^[\x21-\x7e]{1,255}$/;

/** The caller's key, null without one. @throws ServingError `invalid-input` when it is none: a caller who counts on it must not be left in error */
export function readIdempotencyKey(headers: Readonly<Record<string, unknown>>): string | null {
  const key = headers[IDEMPOTENCY_KEY.toLowerCase()];
  if (key === undefined) return null;
  if (typeof key === 'string' && ACCEPTED.test(key)) return key;
  throw new ServingError('invalid-input', `The header ${IDEMPOTENCY_KEY} is ${JSON.stringify(key).slice(0, 50)}; 1 to 255 printable characters without spaces are expected.`);
}

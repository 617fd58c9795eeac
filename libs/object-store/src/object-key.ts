import { ServingError } from '@switchyard/errors';

const SEGMENT = /^[A-Za-z0-9._-]+$/;
const BEGINNING_OF_SEGMENT = /^[A-Za-z0-9._-]*$/;
const MAX_KEY_LENGTH = 1_000;

/** @throws ServingError `invalid-input` for a key that is empty, too long, or could climb out of its folder. */
export function assertObjectKey(key: string): void {
  if (key.length <= MAX_KEY_LENGTH && key.split('/').every(isSegment)) return;
  throw new ServingError('invalid-input', `"${key.slice(0, 100)}" is not a valid object key: expected segments of letters, digits, ".", "_" and "-".`);
}

/** A prefix is the beginning of a key: `''`, `models/`, `models/mn`. @throws ServingError `invalid-input` when no key could begin with it. */
export function assertKeyPrefix(prefix: string): void {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  if (prefix.length <= MAX_KEY_LENGTH && segments.every(isSegment) && BEGINNING_OF_SEGMENT.test(last)) return;
  throw new ServingError('invalid-input', `"${prefix.slice(0, 100)}" cannot begin an object key: expected segments of letters, digits, ".", "_" and "-".`);
}

function isSegment(segment: string): boolean {
  return SEGMENT.test(segment) && segment !== '.' && segment !== '..';
}

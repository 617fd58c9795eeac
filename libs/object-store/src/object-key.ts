import { ServingError } from '@switchyard/errors';

const SEGMENT = /^[A-Za-z0-9._-]+$/;
const MAX_KEY_LENGTH = 1_000;

/** @throws ServingError `invalid-input` for a key that is empty, too long, or could climb out of its folder. */
export function assertObjectKey(key: string): void {
  const segments = key.split('/');
  const valid = key.length <= MAX_KEY_LENGTH && segments.every((segment) => SEGMENT.test(segment) && segment !== '.' && segment !== '..');
  if (!valid) throw new ServingError('invalid-input', `"${key.slice(0, 100)}" is not a valid object key: expected segments of letters, digits, ".", "_" and "-".`);
}

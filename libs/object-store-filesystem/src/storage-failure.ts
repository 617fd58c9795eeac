import { ServingError } from '@switchyard/errors';

const RETRY_AFTER_MS = 5_000;

const MISSING = 'The folder of the object store is missing; it is used again as soon as it is back.';

/** Error codes of the operating system, as an operator would put them. Paths stay in the cause, which only the log shows. */
const SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: 'The object store is full; it takes objects again once there is space.',
  EDQUOT: 'The object store has used up its quota; it takes objects again once there is space.',
  ENOENT: MISSING,
  ENOTDIR: MISSING,
  EIO: 'The disk of the object store reports read or write errors.',
  EROFS: 'The folder of the object store is mounted read-only.',
  EACCES: 'This service may not access the folder of the object store.',
  EPERM: 'This service may not access the folder of the object store.',
  EMFILE: 'This service has too many files open to use the object store; it can again when some are closed.',
  ENFILE: 'This machine has too many files open to use the object store; it can again when some are closed.',
};

/** A failed system call as `storage-unavailable`; a ServingError passes through. */
export function storageFailure(cause: unknown): ServingError {
  if (cause instanceof ServingError) return cause;
  const message = SENTENCES[errorCode(cause) ?? ''] ?? 'The object store failed; the log has the details.';
  return new ServingError('storage-unavailable', message, { cause, retryAfterMs: RETRY_AFTER_MS });
}

/** `ENOENT` and the like. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the path, or a folder on the way to it, is not there: as far as objects go, the same. */
export function isMissing(error: unknown): boolean {
  return errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR';
}

import { S3Error } from 'minio';
import { ServingError } from '@switchyard/errors';

const RETRY_AFTER_MS = 5_000;
const CREDENTIALS_REFUSED = 'The object store refuses the credentials of this service.';

/** Answers of an S3 server, as an operator would put them; the server's own words stay in the cause, which only the log shows. */
const SENTENCES: Readonly<Record<string, string>> = {
  AccessDenied: CREDENTIALS_REFUSED,
  InvalidAccessKeyId: CREDENTIALS_REFUSED,
  SignatureDoesNotMatch: CREDENTIALS_REFUSED,
  RequestTimeTooSkewed: 'The object store refuses the call because its clock and the clock of this machine disagree.',
  XMinioStorageFull: 'The object store is full; it takes objects again once there is space.',
  QuotaExceeded: 'The object store has used up its quota; it takes objects again once there is space.',
};

/** Server answers that may be different next time. (5xx other than "full" never get here as an S3 error: the client throws them unread.) */
const PASSING = new Set(['NoSuchBucket', 'SlowDown', 'InternalError', 'ServiceUnavailable', 'RequestTimeout', 'OperationAborted', 'XMinioServerNotInitialized']);

/** Whether another attempt may succeed: the network failed, the server is busy or starting. What the server refused, it refuses again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ServingError) return false;
  return !(error instanceof S3Error) || PASSING.has(s3Code(error));
}

/** Whether the server says that there is no such object. */
export function isNoSuchObject(error: unknown): boolean {
  return error instanceof S3Error && (s3Code(error) === 'NoSuchKey' || s3Code(error) === 'NotFound');
}

export function isNoSuchBucket(error: unknown): boolean {
  return error instanceof S3Error && s3Code(error) === 'NoSuchBucket';
}

/** A failed call as `storage-unavailable`; a ServingError passes through. */
export function storageFailure(cause: unknown): ServingError {
  if (cause instanceof ServingError) return cause;
  return new ServingError('storage-unavailable', sentenceFor(cause), { cause, retryAfterMs: RETRY_AFTER_MS });
}

function sentenceFor(cause: unknown): string {
  if (!(cause instanceof S3Error)) return 'The object store cannot be reached; it is used again as soon as it answers.';
  const code = s3Code(cause);
  return SENTENCES[code] ?? `The object store refuses the call (${/^\w{1,64}$/.test(code) ? code : 'without a reason'}).`;
}

function s3Code(error: InstanceType<typeof S3Error>): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

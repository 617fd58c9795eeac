/**
 * Every way a request can fail, in words no protocol owns.
 * Each protocol maps the kinds to its own codes once, in one exhaustive `Record<ErrorKind, …>`.
 */
export const ERROR_KINDS = [
  'invalid-input',
  'payload-too-large',
  'unsupported-media-type',
  /** The protocol has it, this server does not. */
  'unsupported',
  'model-not-found',
  'version-not-found',
  'job-not-found',
  'run-not-found',
  'upload-not-found',
  'model-not-ready',
  'conflict',
  'overloaded',
  'deadline-exceeded',
  'cancelled',
  'model-invalid',
  'engine-failed',
  'engine-unavailable',
  'storage-unavailable',
  'queue-unavailable',
  'internal',
] as const;

export type ErrorKind = (typeof ERROR_KINDS)[number];

/** Whether `value` names a kind; used where a kind arrives from another process. */
export function isErrorKind(value: unknown): value is ErrorKind {
  return (ERROR_KINDS as readonly unknown[]).includes(value);
}

import type { ErrorKind } from '@switchyard/errors';

/** TensorFlow's code of each kind of failure (absl's, which are gRPC's): TF Serving's gRPC answers with it, and its metrics count by it. */
export const errorCode = {
  'invalid-input': 'INVALID_ARGUMENT',
  'payload-too-large': 'RESOURCE_EXHAUSTED',
  // A picture that is none: to TensorFlow Serving that is an argument like any other.
  'unsupported-media-type': 'INVALID_ARGUMENT',
  unsupported: 'UNIMPLEMENTED',
  'model-not-found': 'NOT_FOUND',
  'version-not-found': 'NOT_FOUND',
  'job-not-found': 'NOT_FOUND',
  'run-not-found': 'NOT_FOUND',
  'upload-not-found': 'NOT_FOUND',
  'model-not-ready': 'UNAVAILABLE',
  conflict: 'ABORTED',
  overloaded: 'RESOURCE_EXHAUSTED',
  'deadline-exceeded': 'DEADLINE_EXCEEDED',
  cancelled: 'CANCELLED',
  // The stored model is at fault, not the request.
  'model-invalid': 'INTERNAL',
  'engine-failed': 'INTERNAL',
  'engine-unavailable': 'UNAVAILABLE',
  'storage-unavailable': 'UNAVAILABLE',
  'queue-unavailable': 'UNAVAILABLE',
  internal: 'INTERNAL',
} as const satisfies Record<ErrorKind, string>;

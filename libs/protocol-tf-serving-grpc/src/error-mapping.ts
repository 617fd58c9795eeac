import type { ErrorKind, ServingError } from '@switchyard/errors';
import type { StatusName } from '@switchyard/grpc-server';
import { FailedPrecondition } from './failed-precondition.js';

/** The status of each kind of failure, as TensorFlow Serving answers: absl's codes are gRPC's. */
export const errorStatus: Record<ErrorKind, StatusName> = {
  'invalid-input': 'INVALID_ARGUMENT',
  'payload-too-large': 'RESOURCE_EXHAUSTED',
  'unsupported-media-type': 'INVALID_ARGUMENT',
  unsupported: 'UNIMPLEMENTED',
  'model-not-found': 'NOT_FOUND',
  'version-not-found': 'NOT_FOUND',
  'job-not-found': 'NOT_FOUND',
  'run-not-found': 'NOT_FOUND',
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
};

/** The status of an error. */
export function statusOf(error: ServingError): StatusName {
  return error instanceof FailedPrecondition ? 'FAILED_PRECONDITION' : errorStatus[error.kind];
}

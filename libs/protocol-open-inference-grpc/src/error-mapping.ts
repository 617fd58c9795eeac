import type { ErrorKind, ServingError } from '@switchyard/errors';
import type { StatusName } from '@switchyard/grpc-server';

/**
 * The status of each kind of failure, as Triton maps the codes of its errors (src/grpc/grpc_utils.cc): INVALID_ARG INVALID_ARGUMENT,
 * NOT_FOUND, UNAVAILABLE, UNSUPPORTED UNIMPLEMENTED, ALREADY_EXISTS, CANCELLED, INTERNAL by the same name. A full queue is UNAVAILABLE there.
 */
export const errorStatus: Record<ErrorKind, StatusName> = {
  'invalid-input': 'INVALID_ARGUMENT',
  'payload-too-large': 'RESOURCE_EXHAUSTED',
  'unsupported-media-type': 'INVALID_ARGUMENT',
  unsupported: 'UNIMPLEMENTED',
  'model-not-found': 'NOT_FOUND',
  'version-not-found': 'NOT_FOUND',
  'job-not-found': 'NOT_FOUND',
  'run-not-found': 'NOT_FOUND',
  'upload-not-found': 'NOT_FOUND',
  'model-not-ready': 'UNAVAILABLE',
  conflict: 'ALREADY_EXISTS',
  overloaded: 'UNAVAILABLE',
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
  return errorStatus[error.kind];
}

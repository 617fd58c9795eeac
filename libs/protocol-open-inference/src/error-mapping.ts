import type { ErrorKind } from '@switchyard/errors';

/**
 * The HTTP status of each kind of failure, as Triton maps the codes of its errors (src/http_server.cc): INTERNAL 500, NOT_FOUND 404,
 * UNAVAILABLE 503, UNSUPPORTED 501, anything else (INVALID_ARG, ALREADY_EXISTS, CANCELLED, UNKNOWN) 400. A full queue and a request whose time
 * is over are UNAVAILABLE there.
 */
export const errorStatus: Record<ErrorKind, number> = {
  'invalid-input': 400,
  'payload-too-large': 413,
  'unsupported-media-type': 400,
  unsupported: 501,
  'model-not-found': 404,
  'version-not-found': 404,
  'job-not-found': 404,
  'run-not-found': 404,
  'upload-not-found': 404,
  'model-not-ready': 503,
  conflict: 400,
  overloaded: 503,
  'deadline-exceeded': 503,
  cancelled: 400,
  // The stored model is at fault, not the request.
  'model-invalid': 500,
  'engine-failed': 500,
  'engine-unavailable': 503,
  'storage-unavailable': 503,
  'queue-unavailable': 503,
  internal: 500,
};

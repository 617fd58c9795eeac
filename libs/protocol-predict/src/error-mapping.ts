import type { ErrorKind } from '@switchyard/errors';

/** The HTTP status of each kind of failure, on every route that follows no other server's protocol. */
export const errorStatus: Record<ErrorKind, number> = {
  'invalid-input': 400,
  'payload-too-large': 413,
  'unsupported-media-type': 415,
  unsupported: 501,
  'model-not-found': 404,
  'version-not-found': 404,
  'job-not-found': 404,
  'run-not-found': 404,
  'upload-not-found': 404,
  'model-not-ready': 503,
  conflict: 409,
  overloaded: 429,
  'deadline-exceeded': 504,
  // What nginx answers in its log when the client has gone; nobody reads it.
  cancelled: 499,
  // The stored model is at fault, not the request.
  'model-invalid': 500,
  'engine-failed': 500,
  'engine-unavailable': 503,
  'storage-unavailable': 503,
  'queue-unavailable': 503,
  internal: 500,
};

import type { ErrorKind } from '@switchyard/errors';

/**
 * The HTTP status of each kind of failure, as TensorFlow Serving maps the codes of its errors (util/http_rest_api_util, HTTP server):
 * NOT_FOUND 404, RESOURCE_EXHAUSTED 429, UNAVAILABLE 503, DEADLINE_EXCEEDED 504, CANCELLED 499, ABORTED 409, INVALID_ARGUMENT 400, else 500.
 */
export const errorStatus: Record<ErrorKind, number> = {
  'invalid-input': 400,
  'payload-too-large': 413,
  // A picture that is none: to TensorFlow Serving that is an argument like any other.
  'unsupported-media-type': 400,
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
  cancelled: 499,
  // The stored model is at fault, not the request.
  'model-invalid': 500,
  'engine-failed': 500,
  'engine-unavailable': 503,
  'storage-unavailable': 503,
  'queue-unavailable': 503,
  internal: 500,
};

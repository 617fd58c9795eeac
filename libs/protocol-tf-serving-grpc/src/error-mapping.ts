import type { ServingError } from '@switchyard/errors';
import type { StatusName } from '@switchyard/grpc-server';
import { errorCode } from '@switchyard/tf-examples';
import { FailedPrecondition } from './failed-precondition.js';

/** The status of an error, as TensorFlow Serving answers: TensorFlow's codes are gRPC's. */
export function statusOf(error: ServingError): StatusName {
  return error instanceof FailedPrecondition ? 'FAILED_PRECONDITION' : errorCode[error.kind];
}

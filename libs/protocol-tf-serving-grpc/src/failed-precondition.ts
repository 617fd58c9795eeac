import { ServingError } from '@switchyard/errors';

/** Bad input that TensorFlow Serving answers with FAILED_PRECONDITION; to every other part of the system it is bad input. */
export class FailedPrecondition extends ServingError {
  constructor(message: string) {
    super('invalid-input', message);
  }
}

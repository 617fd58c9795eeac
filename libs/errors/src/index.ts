export { ERROR_KINDS, isErrorKind, type ErrorKind } from './error-kind.js';
export { ServingError, assertNever, toServingError } from './serving-error.js';
export { decodeError, encodeError, type ErrorFrame } from './error-frame.js';

import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { toServingError, type ServingError } from '@switchyard/errors';
import { codeOf } from './http-equivalent.js';
import type { StatusName } from './status-name.js';

/** The message travels in a header, and clients accept few kilobytes of headers. */
const MAX_MESSAGE_LENGTH = 2_000;
/** Trailer in which a server says when to try again (gRPC proposal A6). */
const RETRY_PUSHBACK = 'grpc-retry-pushback-ms';

/** What a client reads of a failed call: the code its protocol has for this kind of error, and the sentence. */
export function statusObject(error: ServingError, name: StatusName): StatusObject {
  const metadata = new Metadata();
  if (error.retryAfterMs !== undefined) metadata.set(RETRY_PUSHBACK, String(Math.ceil(error.retryAfterMs)));
  return { code: codeOf(name), details: shownMessage(error.message), metadata };
}

/** Anything thrown by a method as a ServingError: what a library threw is a bug of ours, `internal`. */
export const asServingError = (thrown: unknown): ServingError => toServingError(thrown);

/** A message cut in the middle of a character could not be written as a header at all. */
function shownMessage(message: string): string {
  const shown = message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)}…` : message;
  return Buffer.from(shown, 'utf8').toString('utf8');
}

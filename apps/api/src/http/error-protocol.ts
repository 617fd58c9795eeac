import type { ErrorKind, ServingError } from '@switchyard/errors';
import * as openInference from '@switchyard/protocol-open-inference';
import * as house from '@switchyard/protocol-predict';
import * as tfServing from '@switchyard/protocol-tf-serving';

/** How one protocol writes its errors. */
export interface ErrorProtocol {
  readonly errorStatus: Record<ErrorKind, number>;
  encode(error: Pick<ServingError, 'kind' | 'message'>): Buffer;
  /** What it says, and with which code, of a path that is none of its own; null for the code and the words the api has for it. */
  malformed(method: string, path: string): { readonly status: number; readonly body: Buffer } | null;
}

const HOUSE: ErrorProtocol = { errorStatus: house.errorStatus, encode: house.encodeError, malformed: () => null };

const TF_SERVING: ErrorProtocol = {
  errorStatus: tfServing.errorStatus,
  encode: ({ message }) => tfServing.encodeError(message),
  malformed: (method, path) => ({ status: 400, body: tfServing.encodeError(tfServing.malformedRequest(method, path)) }),
};

const OPEN_INFERENCE: ErrorProtocol = {
  errorStatus: openInference.errorStatus,
  encode: ({ message }) => openInference.encodeError(message),
  malformed: () => null,
};

const IS_OPEN_INFERENCE = /^\/v2(?:[/?]|$)/;

/** The protocol a path belongs to, whether or not it leads anywhere. */
export function errorProtocolOf(url: string): ErrorProtocol {
  if (url.startsWith('/v1/')) return TF_SERVING; // `routedUrl` has put it in lower case
  return IS_OPEN_INFERENCE.test(url) ? OPEN_INFERENCE : HOUSE;
}

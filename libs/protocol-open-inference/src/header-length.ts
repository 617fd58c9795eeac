import { ServingError } from '@switchyard/errors';
import { shown } from '@switchyard/open-inference';

/** Names the length of the JSON before the binary tensors, in requests and in answers. */
export const HEADER_LENGTH = 'inference-header-content-length';

/**
 * Bytes of JSON at the start of a body; 0 says that the body is one raw tensor, undefined that it is all JSON.
 * @param given the value of the header, if it was sent. @throws ServingError `invalid-input` with Triton's words unless it is a number up to the length of the body.
 */
export function parseHeaderLength(given: string | string[] | undefined, bodyLength: number): number | undefined {
  if (given === undefined) return undefined;
  const text = Array.isArray(given) ? given.join(', ') : given;
  if (!/^-?\d{1,10}$/.test(text)) throw new ServingError('invalid-input', `Unable to parse Inference-Header-Content-Length, got: ${shown(text)}`);
  const length = Number(text);
  if (length >= 0 && length <= bodyLength) return length;
  throw new ServingError('invalid-input', `inference header size should be in range (0, ${bodyLength}), got: ${text}`);
}

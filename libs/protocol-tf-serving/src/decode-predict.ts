import { decodeDocument } from './decode-document.js';
import { decodeNumberBody } from './decode-number-body.js';
import type { DecodedPredict } from './decoded-predict.js';
import type { ServedVersion } from './served-version.js';

/**
 * Decodes the body of `POST /v1/models/<name>:predict` to tensors of the signature's names and dtypes.
 * The caller then checks ranks, shapes and rows with `validateInputs`, and bounds the size of the body beforehand.
 * Numbers are rounded to the dtype as `JSON.parse` and a typed array would; integers up to 64 bits are exact.
 * An image model takes pictures as files too, `{"b64": "<JPEG, PNG, …>"}` for each row: a `string` tensor of shape [rows].
 * @throws ServingError `invalid-input`, its message exactly what the client is to read.
 */
export function decodePredict(body: Uint8Array, served: ServedVersion): DecodedPredict {
  return decodeNumberBody(body, served) ?? decodeDocument(body, served);
}

import { ServingError } from '@switchyard/errors';
import type { Json } from '@switchyard/json-numbers';
import { decodeInputs } from './decode-inputs.js';
import { decodeInstances } from './decode-instances.js';
import type { DecodedPredict } from './decoded-predict.js';
import { formatError } from './format-error.js';
import { parseJson } from './parse-json.js';
import { readDocument } from './read-document.js';
import { assertServedSignature, type ServedVersion } from './served-version.js';
import { signatureForFiles } from './signature-for-files.js';

/**
 * Reads any predict request through its parsed document: named inputs, strings, booleans, NaN, and everything that is wrong.
 * Rules and messages are those of TensorFlow Serving's util/json_tensor.cc.
 * @throws ServingError `invalid-input`.
 */
export function decodeDocument(body: Uint8Array, served: ServedVersion): DecodedPredict {
  const { members, signatureName } = readDocument(parseJson(body));
  assertServedSignature(signatureName, served);
  const instances = members.get('instances');
  const inputs = members.get('inputs');
  if (instances !== undefined && inputs !== undefined) {
    throw formatError(members, "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist");
  }
  if (inputs !== undefined) return { format: 'column', signatureName, inputs: decodeInputs(inputs, signatureForFiles(served, inputs)) };
  if (instances === undefined) throw new ServingError('invalid-input', "Missing 'inputs' or 'instances' key");
  if (!Array.isArray(instances)) throw formatError(members, "Expecting 'instances' to be an list/array");
  if (instances.length === 0) throw formatError(members, "No values in 'instances' array");
  return { format: 'row', signatureName, inputs: decodeInstances(instances as readonly Json[], signatureForFiles(served, instances[0] as Json)) };
}

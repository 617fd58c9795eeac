import { ServingError } from '@switchyard/errors';
import { jsonText, type Json } from '@switchyard/json-numbers';
import type { Signature } from '@switchyard/model-registry';
import { decodeInputs } from './decode-inputs.js';
import { decodeInstances } from './decode-instances.js';
import { assertSignatureName, type DecodedPredict } from './decoded-predict.js';
import { parseJson } from './parse-json.js';

/**
 * Reads any predict request through its parsed document: named inputs, strings, booleans, NaN, and everything that is wrong.
 * Rules and messages are those of TensorFlow Serving's util/json_tensor.cc.
 * @throws ServingError `invalid-input`.
 */
export function decodeDocument(body: Uint8Array, signature: Signature): DecodedPredict {
  const document = parseJson(body);
  if (!(document instanceof Map)) throw formatError(document, 'Is not object');
  const members = document as ReadonlyMap<string, Json>;
  const signatureName = signatureNameOf(members);
  const instances = members.get('instances');
  const inputs = members.get('inputs');
  if (instances !== undefined && inputs !== undefined) {
    throw formatError(members, "Not formatted correctly expecting only one of 'inputs' or 'instances' keys to exist");
  }
  if (inputs !== undefined) return { format: 'column', signatureName, inputs: decodeInputs(inputs, signature) };
  if (instances === undefined) throw new ServingError('invalid-input', "Missing 'inputs' or 'instances' key");
  if (!Array.isArray(instances)) throw formatError(members, "Expecting 'instances' to be an list/array");
  if (instances.length === 0) throw formatError(members, "No values in 'instances' array");
  return { format: 'row', signatureName, inputs: decodeInstances(instances as readonly Json[], signature) };
}

function signatureNameOf(members: ReadonlyMap<string, Json>): string | undefined {
  const name = members.get('signature_name');
  if (name !== undefined && typeof name !== 'string') throw formatError(members, "not formatted correctly. 'signature_name' key must be a string value.");
  assertSignatureName(name);
  return name;
}

function formatError(value: Json, problem: string): ServingError {
  return new ServingError('invalid-input', `JSON Value: ${jsonText(value)} ${problem}`);
}

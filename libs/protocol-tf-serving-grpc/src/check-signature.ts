import { ServingError } from '@switchyard/errors';
import type { Manifest, TensorSpec } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import { FailedPrecondition } from './failed-precondition.js';

/** What TensorFlow Serving takes when no signature is named. */
export const DEFAULT_SIGNATURE = 'serving_default';
/** The methods that take examples; by convention they also name the signatures for them (cc/saved_model/signature_constants.h). */
export const CLASSIFY_METHOD = 'tensorflow/serving/classify';
export const REGRESS_METHOD = 'tensorflow/serving/regress';
const SHOWN_NAME_LENGTH = 200;

/** A version has one signature. @throws FailedPrecondition for another one's name, in TensorFlow Serving's words (predict_util.cc). */
export function assertSignature(manifest: Manifest, asked: string): void {
  if (isServed(manifest, asked)) return;
  throw new FailedPrecondition(`Serving signature key "${shown(asked)}" not found.`);
}

/**
 * The same for a method that takes examples.
 * @param refusal TensorFlow Serving's words, which the name follows (classifier.cc, regressor.cc; multi_inference.cc has its own)
 * @throws ServingError `invalid-input` for another signature's name
 */
export function assertMethodSignature(manifest: Manifest, asked: string, { method, refusal = 'No signature was found with the name' }: { readonly method: string; readonly refusal?: string }): void {
  if (asked === method || isServed(manifest, asked)) return;
  throw new ServingError('invalid-input', `${refusal}: ${shown(asked)}`);
}

function isServed({ signatureName }: Manifest, asked: string): boolean {
  return asked === '' || asked === signatureName || asked === DEFAULT_SIGNATURE;
}

/** @throws ServingError `invalid-input` unless exactly the model's inputs are there, in TensorFlow Serving's words (predict_util.cc). */
export function assertInputNames(inputs: TensorMap, { signature }: Manifest): void {
  const expected = signature.inputs.map(({ name }) => name);
  const given = [...inputs.keys()];
  const extra = given.filter((name) => !expected.includes(name));
  const missing = expected.filter((name) => !inputs.has(name));
  if (extra.length === 0 && missing.length === 0) return;
  if (given.length !== expected.length) {
    const sizes = `${given.length}!=${expected.length} len({${list(given)}}) != len({${list(expected)}})`;
    throw new ServingError('invalid-input', `input size does not match signature: ${sizes}. Sent extra: {${list(extra)}}. Missing but required: {${list(missing)}}.`);
  }
  throw new ServingError('invalid-input', `input tensor alias not found in signature: ${shown(extra[0]!)}. Inputs expected to be in the set {${list(expected)}}.`);
}

/**
 * The outputs that the request asks for, in the order of the signature; all without a filter.
 * @throws ServingError `invalid-input` for an unknown or repeated name, in TensorFlow Serving's words; call it before anything runs.
 */
export function wantedOutputs(filter: readonly string[], { signature }: Manifest): readonly TensorSpec[] {
  if (filter.length === 0) return signature.outputs;
  filter.forEach((name, index) => {
    if (!signature.outputs.some((output) => output.name === name)) {
      const expected = list(signature.outputs.map((output) => output.name));
      throw new ServingError('invalid-input', `output tensor alias not found in signature: ${shown(name)} Outputs expected to be in the set {${expected}}.`);
    }
    if (filter.indexOf(name) !== index) throw new ServingError('invalid-input', `duplicate output tensor alias: ${shown(name)}`);
  });
  return signature.outputs.filter(({ name }) => filter.includes(name));
}

function list(names: readonly string[]): string {
  return shown(names.join(','));
}

function shown(text: string): string {
  return text.length > SHOWN_NAME_LENGTH ? `${text.slice(0, SHOWN_NAME_LENGTH)}…` : text;
}

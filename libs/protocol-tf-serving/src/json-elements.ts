import { ServingError } from '@switchyard/errors';
import { INTEGER_RANGES, jsonText, type ElementPolicy, type Json } from '@switchyard/json-numbers';
import type { Dtype } from '@switchyard/tensor';
import { TF_DTYPES } from './tf-dtype.js';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Elements in TensorFlow Serving's words. Unlike it this takes `1.0` for 1. */
export const TF_ELEMENTS: ElementPolicy = {
  toBytes,
  wrongType: (value, dtype) => (dtype === 'float16' ? new ServingError('invalid-input', `Conversion of JSON Value: ${jsonText(value)} to type: half`) : typeError(value, dtype)),
  outOfRange(value, dtype) {
    if (dtype === 'float32') return new ServingError('invalid-input', `Cannot convert JSON value: ${jsonText(value)} to float without loss of precision.`);
    const [least, greatest] = INTEGER_RANGES[dtype];
    return new ServingError('invalid-input', `JSON Value: ${jsonText(value)} is out of range for ${dtype}: an integer from ${least} to ${greatest} is expected.`);
  },
};

/** `{"b64": "<base64>"}`, the way to write bytes that are no text. */
export function isBase64Object(value: Json): boolean {
  return value instanceof Map && value.size === 1 && typeof value.get('b64') === 'string';
}

/** The bytes of what `isBase64Object` holds for. @throws ServingError `invalid-input` when the text is no base64. */
export function decodeBase64(value: Json): Uint8Array {
  const base64 = (value as ReadonlyMap<string, Json>).get('b64') as string;
  if (!BASE64.test(base64)) throw new ServingError('invalid-input', 'Unable to base64 decode');
  return Buffer.from(base64, 'base64');
}

function toBytes(value: Json): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (!(value instanceof Map)) throw typeError(value, 'string');
  if (!isBase64Object(value)) throw new ServingError('invalid-input', `JSON Value: ${jsonText(value)} not formatted correctly for base64 data`);
  return decodeBase64(value);
}

function typeError(value: Json, dtype: Dtype): ServingError {
  return new ServingError('invalid-input', `JSON Value: ${jsonText(value)} Type: ${typeName(value)} is not of expected type: ${TF_DTYPES[dtype].message}`);
}

/** RapidJSON's name of a value's type. */
export function typeName(value: Json): string {
  if (value === null) return 'Null';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return 'String';
  if (typeof value === 'number' || typeof value === 'bigint') return 'Number';
  return value instanceof Map ? 'Object' : 'Array';
}

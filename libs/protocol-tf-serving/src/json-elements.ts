import { ServingError, assertNever } from '@switchyard/errors';
import { INTEGER_RANGES, jsonText, type IntegerDtype, type Json } from '@switchyard/json-numbers';
import { allocate, type Dtype, type NumericArray, type TensorData } from '@switchyard/tensor';
import { TF_DTYPES } from './tf-dtype.js';

/** One element on its way into a tensor: bigint for the 64-bit integers, bytes for strings, else number (bool: 0 or 1). */
export type Element = number | bigint | Uint8Array;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @throws ServingError `invalid-input` with TensorFlow Serving's words when the value is not of the type, or would be changed by it. */
export function toElement(value: Json, dtype: Dtype): Element {
  switch (dtype) {
    case 'float32':
    case 'float64':
      return toFloat(value, dtype);
    case 'int8': case 'int16': case 'int32': case 'uint8': case 'uint16': case 'uint32':
      return Number(toInteger(value, dtype));
    case 'int64': case 'uint64':
      return toInteger(value, dtype);
    case 'bool':
      if (typeof value !== 'boolean') throw typeError(value, dtype);
      return value ? 1 : 0;
    case 'string':
      return toBytes(value);
    case 'float16':
      throw new ServingError('invalid-input', `Conversion of JSON Value: ${jsonText(value)} to type: half`);
    default:
      return assertNever(dtype);
  }
}

/** Elements of one dtype as the data of a tensor. */
export function toTensorData(elements: readonly Element[], dtype: Dtype): TensorData {
  if (dtype === 'string') return elements as readonly Uint8Array[];
  const data = allocate(dtype, elements.length);
  // The elements came from `toElement` with this dtype, so they are what this array takes; the union types cannot express it.
  (data as NumericArray & { set(from: readonly Element[]): void }).set(elements);
  return data;
}

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

function toFloat(value: Json, dtype: 'float32' | 'float64'): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw typeError(value, dtype);
  const number = Number(value);
  if (dtype === 'float32' && Number.isFinite(number) && !Number.isFinite(Math.fround(number))) {
    throw new ServingError('invalid-input', `Cannot convert JSON value: ${jsonText(value)} to float without loss of precision.`);
  }
  return number;
}

/** Unlike TensorFlow Serving this takes `1.0` for 1: clients print floats where they mean integers. */
function toInteger(value: Json, dtype: IntegerDtype): bigint {
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!whole) throw typeError(value, dtype);
  const integer = BigInt(value);
  const [least, greatest] = INTEGER_RANGES[dtype];
  if (integer >= least && integer <= greatest) return integer;
  throw new ServingError('invalid-input', `JSON Value: ${jsonText(value)} is out of range for ${dtype}: an integer from ${least} to ${greatest} is expected.`);
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

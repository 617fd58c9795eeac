import { ServingError, assertNever } from '@switchyard/errors';
import { INTEGER_RANGES, isIntegerDtype, jsonText, toIntegers, type IntegerDtype, type Json, type NumberLists } from '@switchyard/json-numbers';
import { DATATYPES, type InputHead } from '@switchyard/open-inference';
import { allocate, elementCount, type Dtype, type NumericArray, type NumericDtype, type TensorData } from '@switchyard/tensor';
import { EXPECTED, unable } from './read-document.js';

/** One element on its way into a tensor: bigint for the 64-bit integers, bytes for BYTES, else number (BOOL: 0 or 1). */
type Element = number | bigint | Uint8Array;

/** The numbers of a `data` list that was read straight from the bytes; null when they are not all of the type, which the general reading explains. */
export function numbersAsData({ data }: NumberLists, { dtype, shape }: InputHead): TensorData | null {
  if (data.length !== elementCount(shape)) return null;
  if (isIntegerDtype(dtype)) return toIntegers(data, dtype);
  if (dtype === 'float64') return data instanceof Float64Array ? data : null;
  if (dtype !== 'float32') return null;
  if (data instanceof Float32Array) return data;
  const rounded = Float32Array.from(data);
  return rounded.every(Number.isFinite) ? rounded : null;
}

/**
 * A `data` list, nested or flat: only the order of its elements counts.
 * @throws ServingError `invalid-input` with Triton's words where it has any, when they are too few or many, or not of the type.
 */
export function jsonAsData(data: readonly Json[], head: InputHead): TensorData {
  const { name, dtype, shape } = head;
  if (dtype === 'float16') throw new ServingError('invalid-input', `receiving FP16 data via JSON is not supported. Please use the binary data format for input ${name}`);
  const count = elementCount(shape);
  const elements: Element[] = [];
  collect(data, elements, { dtype, count });
  if (elements.length < count) throw new ServingError('invalid-input', "Failed to parse 'data' field: shape does not match true shape");
  return toTensorData(elements, dtype);
}

/** Recursion is bounded by the parser's. */
function collect(list: readonly Json[], into: Element[], limit: { readonly dtype: Dtype; readonly count: number }): void {
  for (const value of list) {
    if (Array.isArray(value)) collect(value as readonly Json[], into, limit);
    else if (into.length < limit.count) into.push(toElement(value, limit.dtype));
    else throw unable('data', "Shape does not match true shape of 'data' field");
  }
}

function toElement(value: Json, dtype: Dtype): Element {
  switch (dtype) {
    case 'float32': case 'float64':
      return toFloat(value, dtype);
    case 'int8': case 'int16': case 'int32': case 'uint8': case 'uint16': case 'uint32':
      return Number(toInteger(value, dtype));
    case 'int64': case 'uint64':
      return toInteger(value, dtype);
    case 'bool':
      if (typeof value !== 'boolean') throw unable('data', EXPECTED.boolean);
      return value ? 1 : 0;
    case 'string':
      if (typeof value !== 'string') throw unable('data', EXPECTED.string);
      return Buffer.from(value);
    case 'float16':
      throw unable('data', EXPECTED.number);
    default:
      return assertNever(dtype);
  }
}

/** Unlike Triton this refuses numbers beyond float32 instead of making infinities of them. */
function toFloat(value: Json, dtype: 'float32' | 'float64'): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw unable('data', EXPECTED.number);
  const number = Number(value);
  if (dtype === 'float32' && Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw outOfRange(value, dtype);
  return number;
}

/** Unlike Triton this refuses integers that the type cannot hold instead of cutting off their bits. */
function toInteger(value: Json, dtype: IntegerDtype): bigint {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!isWhole) throw unable('data', dtype.startsWith('u') ? EXPECTED.unsigned : EXPECTED.signed);
  const integer = BigInt(value);
  const [least, greatest] = INTEGER_RANGES[dtype];
  if (integer < least || integer > greatest) throw outOfRange(value, dtype);
  return integer;
}

function outOfRange(value: Json, dtype: Dtype): ServingError {
  return unable('data', `${jsonText(value)} is out of range for ${DATATYPES[dtype].wire}`);
}

function toTensorData(elements: readonly Element[], dtype: Dtype): TensorData {
  if (dtype === 'string') return elements as readonly Uint8Array[];
  const data = allocate(dtype as NumericDtype, elements.length);
  // The elements came from `toElement` with this dtype, so they are what this array takes; the union types cannot express it.
  (data as NumericArray & { set(from: readonly Element[]): void }).set(elements);
  return data;
}

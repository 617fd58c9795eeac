import { allocate, type Dtype, type NumericArray, type TensorData } from '@switchyard/tensor';
import { INTEGER_RANGES, type IntegerDtype } from './integer-range.js';
import type { Json } from './parse-json.js';

/** One element on its way into a tensor: bigint for the 64-bit integers, bytes for strings, else number (bool: 0 or 1). */
export type Element = number | bigint | Uint8Array;

/** What a protocol says of values that are no elements, and how it writes bytes. */
export interface ElementPolicy {
  /** The error for a value that is not of the type. */
  readonly wrongType: (value: Json, dtype: Dtype) => Error;
  /** The error for a number that the type cannot hold. */
  readonly outOfRange: (value: Json, dtype: IntegerDtype | 'float32') => Error;
  /** The bytes of a string element. @throws what the protocol says of a value that is none */
  readonly toBytes: (value: Json) => Uint8Array;
}

/**
 * A value of a document as an element of a tensor. `1.0` passes for 1, since clients print floats where they mean integers; no number is
 * changed by its type otherwise, save by the rounding of floats. float16 has no form in JSON.
 * @throws what `policy` has for a value that is not of the type, or would be changed by it.
 */
export function toElement(value: Json, dtype: Dtype, policy: ElementPolicy): Element {
  switch (dtype) {
    case 'float32': case 'float64':
      return toFloat(value, dtype, policy);
    case 'int64': case 'uint64':
      return toInteger(value, dtype, policy);
    case 'bool':
      if (typeof value !== 'boolean') throw policy.wrongType(value, dtype);
      return value ? 1 : 0;
    case 'string':
      return policy.toBytes(value);
    case 'float16':
      throw policy.wrongType(value, dtype);
    case 'int8': case 'int16': case 'int32': case 'uint8': case 'uint16': case 'uint32':
      return Number(toInteger(value, dtype, policy));
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

function toFloat(value: Json, dtype: 'float32' | 'float64', policy: ElementPolicy): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw policy.wrongType(value, dtype);
  const number = Number(value);
  if (dtype === 'float32' && Number.isFinite(number) && !Number.isFinite(Math.fround(number))) throw policy.outOfRange(value, dtype);
  return number;
}

function toInteger(value: Json, dtype: IntegerDtype, policy: ElementPolicy): bigint {
  const isWhole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!isWhole) throw policy.wrongType(value, dtype);
  const integer = BigInt(value);
  const [least, greatest] = INTEGER_RANGES[dtype];
  if (integer < least || integer > greatest) throw policy.outOfRange(value, dtype);
  return integer;
}

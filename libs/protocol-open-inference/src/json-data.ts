import { ServingError } from '@switchyard/errors';
import { isIntegerDtype, jsonText, toElement, toIntegers, toTensorData, type Element, type ElementPolicy, type Json, type NumberLists } from '@switchyard/json-numbers';
import { DATATYPES, type InputHead } from '@switchyard/open-inference';
import { elementCount, type Dtype, type TensorData } from '@switchyard/tensor';
import { EXPECTED, unable } from './read-document.js';

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
    else if (into.length < limit.count) into.push(toElement(value, limit.dtype, TRITON_ELEMENTS));
    else throw unable('data', "Shape does not match true shape of 'data' field");
  }
}

/** Elements in Triton's words. Unlike Triton this refuses numbers that the type cannot hold, instead of making infinities of them or cutting off bits. */
const TRITON_ELEMENTS: ElementPolicy = {
  toBytes(value) {
    if (typeof value !== 'string') throw unable('data', EXPECTED.string);
    return Buffer.from(value);
  },
  wrongType: (_value, dtype) => unable('data', expectedFor(dtype)),
  outOfRange: (value, dtype) => unable('data', `${jsonText(value)} is out of range for ${DATATYPES[dtype].wire}`),
};

function expectedFor(dtype: Dtype): string {
  if (dtype === 'bool') return EXPECTED.boolean;
  if (!isIntegerDtype(dtype)) return EXPECTED.number;
  return dtype.startsWith('u') ? EXPECTED.unsigned : EXPECTED.signed;
}

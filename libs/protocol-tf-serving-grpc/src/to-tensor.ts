import { ServingError } from '@switchyard/errors';
import { unpackElements } from '@switchyard/protobuf-wire';
import { allocate, bytesPerElement, elementCount, formatShape, viewElements, type Dtype, type NumericArray, type NumericDtype, type Tensor } from '@switchyard/tensor';
import { DATA_TYPES } from './data-types.js';
import type { TensorFields } from './read-tensor-proto.js';

/** A value of four bytes must not make the server allocate gigabytes. */
const MAX_FILLED_ELEMENTS = 2 ** 20;

/**
 * What a TensorProto means: `tensor_content` when it is there, else the values of its dtype's field; fewer values than elements repeat the
 * last one, none at all are zeros (Tensor::FromProto in tensorflow/core/framework/tensor.cc).
 * @throws ServingError `invalid-input` when the values do not fill the shape.
 */
export function toTensor(dtype: Dtype, fields: TensorFields, name: string): Tensor {
  const count = elementCount(fields.shape);
  const describe = (): string => `The tensor "${name}" of shape ${formatShape(fields.shape)} has ${count} elements`;
  if (dtype === 'string') return { dtype, shape: fields.shape, data: fillStrings(stringsOf(fields), count, describe) };
  const data = hasContent(fields) ? viewContent(dtype, fields.content, count, describe) : fill(dtype, valuesOf(dtype, fields), count, describe);
  return { dtype, shape: fields.shape, data };
}

function hasContent(fields: TensorFields): fields is TensorFields & { content: Uint8Array } {
  return fields.content !== undefined && fields.content.byteLength > 0;
}

function viewContent(dtype: NumericDtype, content: Uint8Array, count: number, describe: () => string): NumericArray {
  const bytes = count * bytesPerElement(dtype);
  if (content.byteLength !== bytes) throw new ServingError('invalid-input', `${describe()}, which take ${bytes} bytes; its tensor_content has ${content.byteLength}.`);
  return viewElements(dtype, content);
}

function valuesOf(dtype: NumericDtype, { values }: TensorFields): NumericArray {
  const { field, encoding } = DATA_TYPES[dtype];
  const packed = values.get(field);
  return packed === undefined ? allocate(dtype, 0) : unpackElements(dtype, encoding, packed.bytes);
}

function fill(dtype: NumericDtype, values: NumericArray, count: number, describe: () => string): NumericArray {
  if (values.length === count) return values;
  assertFillable(values.length, count, describe);
  const filled = allocate(dtype, count) as Float32Array;
  filled.set(values as Float32Array);
  const last = (values as Float32Array)[values.length - 1];
  if (last !== undefined) filled.fill(last, values.length);
  return filled;
}

/** TensorFlow writes the strings of a `tensor_content` in a form of its own; its writers use `string_val`. */
function stringsOf(fields: TensorFields): readonly Uint8Array[] {
  if (hasContent(fields)) throw new ServingError('invalid-input', 'A DT_STRING tensor has tensor_content; its elements are expected in string_val.');
  return fields.strings;
}

function fillStrings(strings: readonly Uint8Array[], count: number, describe: () => string): readonly Uint8Array[] {
  if (strings.length === count) return strings;
  assertFillable(strings.length, count, describe);
  const last = strings.at(-1) ?? new Uint8Array(0);
  return Array.from({ length: count }, (_, index) => strings[index] ?? last);
}

function assertFillable(given: number, count: number, describe: () => string): void {
  if (given > count) throw new ServingError('invalid-input', `${describe()}; it was given ${given} values.`);
  if (count > MAX_FILLED_ELEMENTS) throw new ServingError('invalid-input', `${describe()} and was given ${given} values; the last one is repeated for at most ${MAX_FILLED_ELEMENTS} elements.`);
}

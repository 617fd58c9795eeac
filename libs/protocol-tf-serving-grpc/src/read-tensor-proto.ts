import { ServingError } from '@switchyard/errors';
import { Bound, lengthDelimited, readBoundedInt64, readNested, readScalarField, varint, type RepeatedScalar, type WireReader } from '@switchyard/protobuf-wire';
import type { Tensor } from '@switchyard/tensor';
import { DATA_TYPES, VALUE_TAGS, dtypeOf } from './data-types.js';
import { toTensor } from './to-tensor.js';

const MAX_RANK = 64;
/** An element takes two bytes on the wire and a hundred in memory. */
const MAX_STRINGS = 2 ** 18;

const DTYPE = varint(1);
const SHAPE = lengthDelimited(2);
const CONTENT = lengthDelimited(4);
const STRING_VALUE = lengthDelimited(DATA_TYPES.string.field);
const DIMENSION = lengthDelimited(2);
const UNKNOWN_RANK = varint(3);
const SIZE = varint(1);

/** A TensorProto as it was written; `to-tensor.ts` says what it means. */
export interface TensorFields {
  dtype: number;
  readonly shape: number[];
  content: Uint8Array | undefined;
  /** Values of the typed fields by field number, still packed. */
  readonly values: Map<number, RepeatedScalar>;
  readonly strings: Uint8Array[];
}

/**
 * Reads a `tensorflow.TensorProto`; its elements are a view of the message wherever they are written as they are in memory
 * (`tensor_content`, `float_val`, `double_val`) and their offset allows it.
 * @param name the input's, for messages
 * @throws ServingError `invalid-input`
 */
export function readTensorProto(reader: WireReader, name: string): Tensor {
  const fields: TensorFields = { dtype: 0, shape: [], content: undefined, values: new Map(), strings: [] };
  const stringBound = new Bound(`strings in the tensor "${name}"`, MAX_STRINGS);
  readNested(reader, (tag) => {
    if (tag === CONTENT) fields.content = reader.bytes();
    else if (tag === DTYPE) fields.dtype = reader.int32();
    else if (tag === SHAPE) readShape(reader, fields.shape, name);
    else if (tag === STRING_VALUE) {
      stringBound.add();
      fields.strings.push(reader.bytes());
    } else return readScalarField(reader, tag, { tags: VALUE_TAGS, values: fields.values });
    return true;
  });
  const dtype = dtypeOf(fields.dtype);
  if (dtype !== undefined) return toTensor(dtype, fields, name);
  const known = Object.values(DATA_TYPES).map(({ name: typeName, code }) => `${typeName} (${code})`);
  throw new ServingError('invalid-input', `The tensor "${name}" has the dtype ${fields.dtype}, which is none of ${known.join(', ')}.`);
}

function readShape(reader: WireReader, shape: number[], name: string): void {
  readNested(reader, (tag) => {
    if (tag === DIMENSION) {
      if (shape.length === MAX_RANK) throw new ServingError('invalid-input', `The tensor "${name}" has more than ${MAX_RANK} dimensions.`);
      shape.push(readSize(reader, name));
    } else if (tag === UNKNOWN_RANK) {
      if (reader.bool()) throw new ServingError('invalid-input', `The tensor "${name}" has a shape of unknown rank; the sizes of all its dimensions are expected.`);
    } else return false;
    return true;
  });
}

function readSize(reader: WireReader, name: string): number {
  let size = 0;
  readNested(reader, (tag) => {
    if (tag !== SIZE) return false;
    size = readBoundedInt64(reader);
    return true;
  });
  if (size < 0) throw new ServingError('invalid-input', `The tensor "${name}" has a dimension of size ${size}; sizes of 0 and more are expected.`);
  return size;
}

import { lengthDelimited, packElements, varint, type WireWriter } from '@switchyard/protobuf-wire';
import { numericData, type NumericDtype, type Tensor } from '@switchyard/tensor';
import { DATA_TYPES } from './data-types.js';

const DTYPE = varint(1);
const SHAPE = lengthDelimited(2);
const DIMENSION = lengthDelimited(2);
const SIZE = varint(1);

/**
 * Writes the fields of a `tensorflow.TensorProto`. The elements go into the field of the dtype, as TensorFlow Serving answers
 * unless it is told otherwise: its documented clients read `float_val`. For floats these are the very bytes `tensor_content` would hold.
 */
export function writeTensorProto(writer: WireWriter, of: Tensor): void {
  const { code, field } = DATA_TYPES[of.dtype];
  writer.uint32(DTYPE).int32(code);
  writeShape(writer, of.shape);
  if (of.dtype === 'string') for (const element of of.data as readonly Uint8Array[]) writer.uint32(lengthDelimited(field)).bytes(element);
  else writer.uint32(lengthDelimited(field)).bytes(packElements(DATA_TYPES[of.dtype as NumericDtype].encoding, numericData(of)));
}

function writeShape(writer: WireWriter, shape: readonly number[]): void {
  writer.uint32(SHAPE).fork();
  for (const size of shape) writer.uint32(DIMENSION).fork().uint32(SIZE).int64(size).ldelim();
  writer.ldelim();
}

import { allocate, numericData, tensor, type Dtype, type Tensor } from '@switchyard/tensor';

/** One element as libraries for JSON and protobuf take and give it: 64-bit integers and numbers that are none (`"NaN"`) as text. */
export type WireValue = number | string | boolean | Uint8Array;

/** How the gRPC protocols name a dtype, and the field that holds its elements; Open Inference has none for float16. */
export const WIRE_TYPES: Readonly<Record<Dtype, { readonly tf: string; readonly tfField: string; readonly triton: string; readonly contents: string }>> = {
  float16: { tf: 'DT_HALF', tfField: 'half_val', triton: 'FP16', contents: 'fp32_contents' },
  float32: { tf: 'DT_FLOAT', tfField: 'float_val', triton: 'FP32', contents: 'fp32_contents' },
  float64: { tf: 'DT_DOUBLE', tfField: 'double_val', triton: 'FP64', contents: 'fp64_contents' },
  int8: { tf: 'DT_INT8', tfField: 'int_val', triton: 'INT8', contents: 'int_contents' },
  int16: { tf: 'DT_INT16', tfField: 'int_val', triton: 'INT16', contents: 'int_contents' },
  int32: { tf: 'DT_INT32', tfField: 'int_val', triton: 'INT32', contents: 'int_contents' },
  int64: { tf: 'DT_INT64', tfField: 'int64_val', triton: 'INT64', contents: 'int64_contents' },
  uint8: { tf: 'DT_UINT8', tfField: 'int_val', triton: 'UINT8', contents: 'uint_contents' },
  uint16: { tf: 'DT_UINT16', tfField: 'int_val', triton: 'UINT16', contents: 'uint_contents' },
  uint32: { tf: 'DT_UINT32', tfField: 'uint32_val', triton: 'UINT32', contents: 'uint_contents' },
  uint64: { tf: 'DT_UINT64', tfField: 'uint64_val', triton: 'UINT64', contents: 'uint64_contents' },
  bool: { tf: 'DT_BOOL', tfField: 'bool_val', triton: 'BOOL', contents: 'bool_contents' },
  string: { tf: 'DT_STRING', tfField: 'string_val', triton: 'BYTES', contents: 'bytes_contents' },
};

/** The elements of a tensor, float16 as its bits. */
export function toWire(of: Tensor): WireValue[] {
  if (of.dtype === 'string') return [...(of.data as readonly Uint8Array[])];
  return Array.from(numericData(of) as ArrayLike<number | bigint>, (element) => {
    if (of.dtype === 'bool') return element === 1;
    return typeof element === 'bigint' ? String(element) : element;
  });
}

/** The tensor of the elements that a library read. */
export function fromWire(dtype: Dtype, shape: readonly number[], values: readonly WireValue[]): Tensor {
  if (dtype === 'string') return tensor(dtype, shape, values.map((value) => Buffer.from(value as string | Uint8Array)));
  const data = allocate(dtype, values.length);
  const isLong = dtype === 'int64' || dtype === 'uint64';
  const elements = values.map((value) => (isLong ? BigInt(value as string | number) : Number(value)));
  // Longs go into arrays of bigint only; the union of the array types cannot express it.
  (data as unknown as { set(from: readonly (number | bigint)[]): void }).set(elements);
  return tensor(dtype, shape, data);
}

/** The bytes of a numeric tensor, or of strings each after its length, as Open Inference has them. */
export function toBytes(of: Tensor): Buffer {
  if (of.dtype === 'string') return Buffer.concat((of.data as readonly Uint8Array[]).flatMap((element) => [Buffer.from(Uint32Array.of(element.byteLength).buffer), element]));
  const data = numericData(of);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** The inverse of `toBytes`. */
export function fromBytes(dtype: Dtype, shape: readonly number[], bytes: Buffer): Tensor {
  if (dtype !== 'string') {
    const data = allocate(dtype, shape.reduce((product, size) => product * size, 1));
    new Uint8Array(data.buffer).set(bytes);
    return tensor(dtype, shape, data);
  }
  const elements: Buffer[] = [];
  for (let position = 0; position < bytes.byteLength; position += 4 + elements.at(-1)!.byteLength) {
    elements.push(bytes.subarray(position + 4, position + 4 + bytes.readUInt32LE(position)));
  }
  return tensor(dtype, shape, elements);
}

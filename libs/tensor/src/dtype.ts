/** Element types of a tensor. `bool` is one byte (0 or 1), `float16` its raw 16 bits, `string` bytes of any length. */
export const DTYPES = [
  'float16', 'float32', 'float64',
  'int8', 'int16', 'int32', 'int64',
  'uint8', 'uint16', 'uint32', 'uint64',
  'bool', 'string',
] as const;

export type Dtype = (typeof DTYPES)[number];

export type NumericDtype = Exclude<Dtype, 'string'>;

export type NumericArray =
  | Float32Array | Float64Array
  | Int8Array | Int16Array | Int32Array | BigInt64Array
  | Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** The array behind a tensor; elements of a `string` tensor are bytes, as every wire format has them. */
export type TensorData = NumericArray | readonly Uint8Array[];

type NumericArrayConstructor = {
  new (length: number): NumericArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericArray;
  readonly BYTES_PER_ELEMENT: number;
};

const ARRAYS: Record<NumericDtype, NumericArrayConstructor> = {
  float16: Uint16Array, float32: Float32Array, float64: Float64Array,
  int8: Int8Array, int16: Int16Array, int32: Int32Array, int64: BigInt64Array,
  uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, uint64: BigUint64Array,
  bool: Uint8Array,
};

export function bytesPerElement(dtype: NumericDtype): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** A zeroed array of `length` elements. */
export function allocate(dtype: NumericDtype, length: number): NumericArray {
  return new ARRAYS[dtype](length);
}

/**
 * The elements in `bytes` (little-endian): a view where the offset allows one, else a copy.
 * Sockets hand out slices at any offset, and typed arrays must start at a multiple of their element size.
 */
export function viewElements(dtype: NumericDtype, bytes: Uint8Array): NumericArray {
  const size = bytesPerElement(dtype);
  // `new Uint8Array`, not `slice`: the slice of a Buffer is a view at the same odd offset.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new ARRAYS[dtype](aligned.buffer, aligned.byteOffset, aligned.byteLength / size);
}

/** The bytes behind `data`, as a view. */
export function viewBytes(data: NumericArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

import { SwitchyardError } from './switchyard-error.js';

/** Datatypes of the Open Inference Protocol. */
export const DATATYPES = ['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64', 'FP16', 'BF16', 'FP32', 'FP64', 'BYTES'] as const;
export type Datatype = (typeof DATATYPES)[number];

export type NumericData =
  | Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Uint8Array | Uint8ClampedArray | Uint16Array | Uint32Array | BigUint64Array;

/** What goes in: numbers as a typed array, texts or bytes as a list. */
export interface TensorInput {
  /** The first dimension counts the rows. */
  readonly shape: readonly number[];
  /** Row-major, as many elements as `shape` says. */
  readonly data: NumericData | readonly (string | Uint8Array)[];
  /** By default that of the array's class; to be named for BOOL (a Uint8Array of 0 and 1), FP16 and BF16 (a Uint16Array of their bits). */
  readonly datatype?: Datatype;
}

/** What comes out: BYTES as a list of bytes, of which `texts` makes strings, everything else as a typed array. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: NumericData | readonly Uint8Array[];
  readonly datatype: Datatype;
}

type NumericClass = { new (length: number): NumericData; new (buffer: ArrayBuffer): NumericData; readonly BYTES_PER_ELEMENT: number };

/** The array that holds the elements of a datatype. */
export const ARRAY_OF: Readonly<Record<Exclude<Datatype, 'BYTES'>, NumericClass>> = {
  BOOL: Uint8Array, UINT8: Uint8Array, UINT16: Uint16Array, UINT32: Uint32Array, UINT64: BigUint64Array, INT8: Int8Array, INT16: Int16Array, INT32: Int32Array,
  INT64: BigInt64Array, FP16: Uint16Array, BF16: Uint16Array, FP32: Float32Array, FP64: Float64Array,
};

const DATATYPE_OF_CLASS: Readonly<Record<string, Datatype>> = {
  Uint8Array: 'UINT8', Uint8ClampedArray: 'UINT8', Buffer: 'UINT8', Uint16Array: 'UINT16', Uint32Array: 'UINT32', BigUint64Array: 'UINT64', Int8Array: 'INT8',
  Int16Array: 'INT16', Int32Array: 'INT32', BigInt64Array: 'INT64', Float32Array: 'FP32', Float64Array: 'FP64',
};

/** @throws SwitchyardError `invalid-input` when the data is of no class that has a datatype, or of another one's */
export function datatypeOf(name: string, { data, datatype }: TensorInput): Datatype {
  const own = ArrayBuffer.isView(data) ? DATATYPE_OF_CLASS[data.constructor.name] : 'BYTES';
  if (own === undefined) throw new SwitchyardError('invalid-input', `The data of tensor "${name}" is a ${data.constructor.name}; a typed array or a list of texts or bytes is expected.`);
  if (datatype === undefined) return own;
  const fits = datatype === 'BYTES' ? own === 'BYTES' : ArrayBuffer.isView(data) && ARRAY_OF[datatype].BYTES_PER_ELEMENT === data.BYTES_PER_ELEMENT;
  if (fits) return datatype;
  throw new SwitchyardError('invalid-input', `The data of tensor "${name}" is a ${data.constructor.name}, which does not hold ${datatype}.`);
}

/** Elements a shape has room for; 1 for a scalar's. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

/** The elements of a BYTES tensor as UTF-8 texts. @throws SwitchyardError `invalid-input` for numbers */
export function texts({ data, datatype }: Tensor): string[] {
  if (ArrayBuffer.isView(data)) throw new SwitchyardError('invalid-input', `A tensor of ${datatype} holds no texts.`);
  const decoder = new TextDecoder();
  return data.map((bytes) => decoder.decode(bytes));
}

import { ServingError } from '@switchyard/errors';
import { DTYPES, bytesPerElement, viewBytes, viewElements, type Dtype, type NumericDtype } from './dtype.js';
import { elementCount, numericData, type Tensor, type TensorMap } from './tensor.js';

/**
 * The binary form in which tensors cross processes:
 * `u32 header length | header (JSON) | zero padding to 8 | tensor bytes, each padded to 8`, all little-endian.
 * The header carries any JSON value (`meta`) beside the list of tensors. Elements of a string tensor are `u32 length | bytes`,
 * as in the binary extension of the Open Inference Protocol.
 */
export interface TensorFrame<Meta> {
  readonly meta: Meta;
  readonly tensors: TensorMap;
}

interface FrameHeader {
  readonly meta: unknown;
  readonly tensors: readonly { name: string; dtype: Dtype; shape: number[]; bytes: number }[];
}

const ALIGNMENT = 8;
const PADDING = new Uint8Array(ALIGNMENT);

/** Packs `meta` and tensors in one allocation; every tensor is copied once, into the frame. */
export function encodeFrame(meta: unknown, tensors: TensorMap): Buffer {
  return Buffer.concat(framePieces(meta, tensors));
}

/** A frame in pieces, in order, numeric tensors as views: who can write pieces need not copy them. */
export function framePieces(meta: unknown, tensors: TensorMap): Uint8Array[] {
  const parts = [...tensors].map(([name, of]) => ({ name, of, bytes: tensorBytes(of) }));
  const header: FrameHeader = {
    meta,
    tensors: parts.map(({ name, of, bytes }) => ({ name, dtype: of.dtype, shape: [...of.shape], bytes: bytes.byteLength })),
  };
  const json = JSON.stringify(header);
  const jsonBytes = Buffer.byteLength(json);
  const start = Buffer.alloc(padded(4 + jsonBytes));
  start.writeUInt32LE(jsonBytes, 0);
  start.write(json, 4);
  return [start, ...parts.flatMap(({ bytes }) => (bytes.byteLength % ALIGNMENT === 0 ? [bytes] : [bytes, PADDING.subarray(bytes.byteLength % ALIGNMENT)]))];
}

/**
 * Reads a frame; tensors are views into `frame` wherever its offset in memory allows.
 * @throws ServingError `internal` when the frame is cut short or its lengths disagree.
 */
export function decodeFrame<Meta>(frame: Uint8Array): TensorFrame<Meta> {
  const buffer = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
  const header = readHeader(buffer);
  const tensors = new Map<string, Tensor>();
  let offset = padded(4 + buffer.readUInt32LE(0));
  for (const { name, dtype, shape, bytes } of header.tensors) {
    if (offset + bytes > buffer.byteLength) throw malformed();
    tensors.set(name, readTensor(dtype, shape, buffer.subarray(offset, offset + bytes)));
    offset += padded(bytes);
  }
  return { meta: header.meta as Meta, tensors };
}

function readHeader(buffer: Buffer): FrameHeader {
  if (buffer.byteLength < 4 || buffer.byteLength < 4 + buffer.readUInt32LE(0)) throw malformed();
  return JSON.parse(buffer.toString('utf8', 4, 4 + buffer.readUInt32LE(0))) as FrameHeader;
}

function readTensor(dtype: Dtype, shape: number[], bytes: Buffer): Tensor {
  if (!DTYPES.includes(dtype)) throw malformed();
  if (dtype === 'string') return { dtype, shape, data: readStrings(bytes, elementCount(shape)) };
  if (bytes.byteLength !== elementCount(shape) * bytesPerElement(dtype)) throw malformed();
  return { dtype, shape, data: viewElements(dtype as NumericDtype, bytes) };
}

function tensorBytes(of: Tensor): Uint8Array {
  if (of.dtype !== 'string') return viewBytes(numericData(of));
  const elements = of.data as readonly Uint8Array[];
  return Buffer.concat(elements.flatMap((element) => [lengthPrefix(element.byteLength), element]));
}

function lengthPrefix(length: number): Buffer {
  const prefix = Buffer.allocUnsafe(4);
  prefix.writeUInt32LE(length);
  return prefix;
}

function readStrings(bytes: Buffer, count: number): Uint8Array[] {
  const elements: Uint8Array[] = [];
  let offset = 0;
  while (offset + 4 <= bytes.byteLength) {
    const end = offset + 4 + bytes.readUInt32LE(offset);
    if (end > bytes.byteLength) throw malformed();
    elements.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  if (elements.length !== count) throw malformed();
  return elements;
}

function padded(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function malformed(): ServingError {
  return new ServingError('internal', 'A tensor frame is cut short or its lengths disagree.');
}

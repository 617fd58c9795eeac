import { SwitchyardError } from './switchyard-error.js';
import { ARRAY_OF, elementCount, type Datatype, type Tensor, type TensorInput } from './tensor.js';

/** Each element of BYTES has its length before it, as four bytes. */
const LENGTH_BYTES = 4;

/** A tensor's elements as they stand on the wire: little-endian, row-major; a view where nothing has to be changed. */
export function toRawBytes(data: TensorInput['data']): Uint8Array {
  if (!ArrayBuffer.isView(data)) return withLengths(data);
  assertLittleEndian();
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The elements in an array of their own. @throws SwitchyardError `unexpected-answer` when the bytes are not what the shape says */
export function fromRawBytes(bytes: Uint8Array, datatype: Datatype, shape: readonly number[]): Tensor['data'] {
  const count = elementCount(shape);
  if (datatype === 'BYTES') return withoutLengths(bytes, count);
  assertLittleEndian();
  const NumericArray = ARRAY_OF[datatype];
  if (bytes.byteLength !== count * NumericArray.BYTES_PER_ELEMENT) throw wrongLength(bytes.byteLength, datatype, shape);
  return new NumericArray(new Uint8Array(bytes).buffer); // a copy: it begins wherever the JSON before it ends, where no array of wider elements may
}

function withLengths(elements: readonly (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts = elements.map((element) => (typeof element === 'string' ? encoder.encode(element) : element));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + LENGTH_BYTES + part.byteLength, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setUint32(at, part.byteLength, true);
    bytes.set(part, at + LENGTH_BYTES);
    at += LENGTH_BYTES + part.byteLength;
  }
  return bytes;
}

function withoutLengths(bytes: Uint8Array, count: number): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let at = 0;
  while (at + LENGTH_BYTES <= bytes.byteLength) {
    const end = at + LENGTH_BYTES + view.getUint32(at, true);
    if (end > bytes.byteLength) break;
    elements.push(new Uint8Array(bytes.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  if (at !== bytes.byteLength || elements.length !== count) throw wrongLength(bytes.byteLength, 'BYTES', [count]);
  return elements;
}

function wrongLength(byteLength: number, datatype: Datatype, shape: readonly number[]): SwitchyardError {
  return new SwitchyardError('unexpected-answer', `The server sent ${byteLength} bytes for a tensor of ${datatype}[${shape.join()}].`);
}

/** Of the platforms Node runs on, IBM's mainframes alone keep the other end first. */
function assertLittleEndian(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return;
  throw new SwitchyardError('unsupported', 'Binary tensors are little-endian, and this machine is not; send JSON.');
}

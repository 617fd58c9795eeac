import { ServingError } from '@switchyard/errors';

/** Which tensor is being read, for messages. */
export interface TensorPlace {
  readonly input: string;
  readonly model: string;
}

const LENGTH_BYTES = 4;

/**
 * The elements of a BYTES tensor in binary form: each a little-endian `u32` length and so many bytes
 * (https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_binary_data.md). Elements are views of `bytes`.
 * @throws ServingError `invalid-input` with Triton's words unless they are exactly `count`.
 */
export function readByteStrings(bytes: Uint8Array, count: number, place: TensorPlace): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const elements: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.byteLength) {
    const left = bytes.byteLength - offset;
    if (left < LENGTH_BYTES) throw wrong(place, 'incomplete string length indicator', `, expecting ${LENGTH_BYTES} bytes but only ${left} bytes available`);
    if (elements.length === count) throw wrong(place, `unexpected number of string elements ${count + 1}`, `, expecting ${count}`);
    const length = view.getUint32(offset, true);
    const start = offset + LENGTH_BYTES;
    if (length > bytes.byteLength - start) throw wrong(place, 'incomplete string data', `, expecting string of length ${length} but only ${bytes.byteLength - start} bytes available`);
    offset = start + length;
    elements.push(bytes.subarray(start, offset));
  }
  if (elements.length !== count) throw wrong(place, `expected ${count} string elements`, `, got ${elements.length}`);
  return elements;
}

/** The binary form of the elements, in one allocation. */
export function writeByteStrings(elements: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.allocUnsafe(elements.reduce((size, element) => size + LENGTH_BYTES + element.byteLength, 0));
  let offset = 0;
  for (const element of elements) {
    offset = bytes.writeUInt32LE(element.byteLength, offset);
    bytes.set(element, offset);
    offset += element.byteLength;
  }
  return bytes;
}

function wrong({ input, model }: TensorPlace, problem: string, numbers: string): ServingError {
  return new ServingError('invalid-input', `${problem} for inference input '${input}' for model '${model}'${numbers}`);
}

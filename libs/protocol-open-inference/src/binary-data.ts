import { ServingError } from '@switchyard/errors';
import { readByteStrings, type InputHead } from '@switchyard/open-inference';
import { bytesPerElement, elementCount, viewElements, type TensorData } from '@switchyard/tensor';

/** The tensors behind the JSON of a body, handed out in order. */
export class BinarySection {
  readonly #bytes: Uint8Array;
  readonly #model: string;
  #position = 0;

  constructor(bytes: Uint8Array, model: string) {
    this.#bytes = bytes;
    this.#model = model;
  }

  /** The next `size` bytes as a view. @throws ServingError `invalid-input` with Triton's words when there are fewer. */
  take(size: number, input: string): Uint8Array {
    const left = this.#bytes.byteLength - this.#position;
    if (size > left) {
      throw new ServingError('invalid-input', `unexpected size for input '${input}', expecting ${size - left} additional bytes for model '${this.#model}'`);
    }
    this.#position += size;
    return this.#bytes.subarray(this.#position - size, this.#position);
  }

  /** @throws ServingError `invalid-input` when something is left that no input claimed. */
  assertEmpty(): void {
    if (this.#position < this.#bytes.byteLength) {
      throw new ServingError('invalid-input', `unexpected additional input data for model '${this.#model}'`);
    }
  }
}

/**
 * A tensor's binary data as its elements: views of `bytes`, unless these begin at an offset the type cannot be read at.
 * @throws ServingError `invalid-input` with Triton's words when they do not fill the shape exactly.
 */
export function binaryAsData(bytes: Uint8Array, { name, dtype, shape }: InputHead, model: string): TensorData {
  const count = elementCount(shape);
  if (dtype === 'string') return readByteStrings(bytes, count, { input: name, model });
  const size = count * bytesPerElement(dtype);
  if (bytes.byteLength !== size) {
    throw new ServingError('invalid-input', `input byte size mismatch for input '${name}' for model '${model}'. Expected ${size}, got ${bytes.byteLength}`);
  }
  return dtype === 'bool' ? truthValues(bytes) : viewElements(dtype, bytes);
}

/** A byte that is neither 0 nor 1 means true, as in C; what leaves here is one of the two. */
function truthValues(bytes: Uint8Array): Uint8Array {
  return bytes.every((byte) => byte <= 1) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : 1));
}

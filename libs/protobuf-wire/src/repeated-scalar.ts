const FIRST_CAPACITY = 256;

/**
 * The values of a repeated number field, still as they are on the wire. Writers may pack them in one piece or in several, or write a tag
 * before each; without the tags the bytes are the same. One piece stays a view of the message, several are joined.
 */
export class RepeatedScalar {
  #bytes: Uint8Array = EMPTY;
  #length = 0;
  #isOwn = false;

  /** All values so far. */
  get bytes(): Uint8Array {
    return this.#isOwn ? this.#bytes.subarray(0, this.#length) : this.#bytes;
  }

  append(piece: Uint8Array): void {
    if (this.#length === 0) {
      this.#bytes = piece;
      this.#isOwn = false;
    } else {
      this.#reserve(this.#length + piece.byteLength);
      this.#bytes.set(piece, this.#length);
    }
    this.#length += piece.byteLength;
  }

  #reserve(length: number): void {
    if (this.#isOwn && length <= this.#bytes.byteLength) return;
    // Not `Buffer.allocUnsafe`: the values become a typed array, which must start at a multiple of its element size.
    const larger = new Uint8Array(Math.max(FIRST_CAPACITY, 2 * length));
    larger.set(this.bytes);
    this.#bytes = larger;
    this.#isOwn = true;
  }
}

const EMPTY = new Uint8Array(0);

/** Text on its way into one Buffer, which doubles when it is full. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Appends ASCII text of a few characters. */
  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let length = this.#length;
    // Below some twenty characters a loop beats the call into the native copy.
    for (let index = 0; index < text.length; index++) bytes[length++] = text.charCodeAt(index);
    this.#length = length;
  }

  /** Appends any text as UTF-8. */
  utf8(text: string): void {
    this.#reserve(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  /** Appends a whole number below 2^31, with leading zeros up to `width` digits; it must not have more. */
  digits(integer: number, width: number): void {
    this.#reserve(width);
    const bytes = this.#bytes;
    let rest = integer;
    for (let position = this.#length + width - 1; position >= this.#length; position--) {
      const tenth = (rest / 10) | 0;
      bytes[position] = 0x30 + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += width;
  }

  /** What was written; a view, the writer may not be used after. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

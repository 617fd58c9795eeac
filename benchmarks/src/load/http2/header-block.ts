import { STATIC_TABLE } from './hpack-tables.js';
import { decodeHuffman } from './huffman.js';

const MAX_INTEGER = 2 ** 28;

/**
 * Reads a header block (RFC 7541) that refers to no dynamic table, as a peer must write it that was told `SETTINGS_HEADER_TABLE_SIZE` 0.
 * Every block then means the same at any time. @throws RangeError for anything else
 */
export function decodeHeaderBlock(block: Uint8Array): ReadonlyMap<string, string> {
  const reader = new BlockReader(block);
  const fields = new Map<string, string>();
  while (reader.hasMore) {
    const first = reader.peek();
    if (first & 0x80) fields.set(...staticField(reader.integer(7)));
    else if ((first & 0xe0) === 0x20) assertNoTable(reader.integer(5));
    else {
      // Whether a literal is to be kept in the table (01) or not (0000, 0001) makes no difference to an empty one.
      const index = reader.integer(first & 0x40 ? 6 : 4);
      fields.set(index === 0 ? reader.string() : staticField(index)[0], reader.string());
    }
  }
  return fields;
}

/** A header block of literals that changes no table: the same bytes on any connection, at any time. */
export function encodeHeaderBlock(fields: Readonly<Record<string, string>>): Buffer {
  const pieces = Object.entries(fields).flatMap(([name, value]) => [Buffer.of(0), encodeString(name), encodeString(value)]);
  return Buffer.concat(pieces);
}

class BlockReader {
  readonly #block: Uint8Array;
  #position = 0;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  get hasMore(): boolean {
    return this.#position < this.#block.length;
  }

  peek(): number {
    const byte = this.#block[this.#position];
    if (byte === undefined) throw new RangeError('A header block ends within a field.');
    return byte;
  }

  /** RFC 7541 §5.1 */
  integer(prefixBits: number): number {
    const most = 2 ** prefixBits - 1;
    let value = this.#next() & most;
    if (value < most) return value;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#next();
      value += (byte & 0x7f) * scale;
      if (value > MAX_INTEGER) throw new RangeError('A header block holds a length beyond reason.');
      if (byte < 0x80) return value;
    }
  }

  string(): string {
    const isCoded = (this.peek() & 0x80) !== 0;
    const length = this.integer(7);
    const bytes = this.#block.subarray(this.#position, this.#position + length);
    if (bytes.length < length) throw new RangeError('A header block ends within a string.');
    this.#position += length;
    return isCoded ? decodeHuffman(bytes) : Buffer.from(bytes).toString('latin1');
  }

  #next(): number {
    const byte = this.peek();
    this.#position += 1;
    return byte;
  }
}

function staticField(index: number): readonly [string, string] {
  const field = STATIC_TABLE[index - 1];
  if (field === undefined) throw new RangeError(`A header block refers to the field ${index}, which no table has.`);
  return field;
}

function assertNoTable(size: number): void {
  if (size > 0) throw new RangeError(`A header block asks for a table of ${size} bytes; none was offered.`);
}

function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([encodeLength(bytes.length), bytes]);
}

function encodeLength(length: number): Buffer {
  const most = 127;
  if (length < most) return Buffer.of(length);
  const bytes = [most];
  let left = length - most;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 0x80);
  return Buffer.from([...bytes, left]);
}

import { skipSpace } from './ascii.js';
import { SHORTEST_REPEAT, countRepeats } from './count-repeats.js';
import { POWERS_OF_TEN, scanNumber, type Cursor } from './scan-number.js';

/** Nested lists of numbers as one block; `end` is the index after the last `]`. */
export interface NumberLists {
  readonly shape: number[];
  readonly data: Float32Array | Float64Array;
  readonly end: number;
}

export interface NumberListsOptions {
  readonly type: 'float32' | 'float64';
  /** How many elements will probably come, 0 when nobody knows: room for so many is made at first. */
  readonly expectedCount: number;
}

/** As deep as a tensor of a signature may be. */
const MAX_RANK = 8;
/** Elements to begin with where nobody knows how many will come. */
const INITIAL_CAPACITY = 64;
/** So many digits fit a 32-bit integer, whatever they are. */
const INLINE_DIGITS = 9;

// Not imported from ascii.ts: V8 folds a constant of this module into the loop but reads an imported one each time (9 → 14 µs for 784 pixels).
const SPACE = 0x20;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const LOWER_E = 0x65;

/**
 * Reads `[[1, 2.5], [3, 4e1]]` at `start` straight into a typed array, building no list and no object: parsing 784 pixels can cost more
 * than running them through a model. Values are exactly those of `JSON.parse`, rounded to the element type.
 *
 * The caller promises that the last byte that is no white space is `}`: no loop here steps over it, so none tests for the end.
 * Null is the answer to everything else (ragged or empty lists, mixed depths, strings, syntax errors, NaN, numbers that overflow): the
 * general parser then reads it or says what is wrong.
 */
export function parseNumberLists(bytes: Uint8Array, start: number, options: NumberListsOptions): NumberLists | null {
  const cursor: Cursor = { position: skipSpace(bytes, start) };
  const rank = openLists(bytes, cursor);
  if (rank === 0 || rank > MAX_RANK) return null;
  // A number and its comma are two bytes: more elements than half the bytes cannot come.
  const maxCount = (bytes.length - start) >> 1;
  const levels = { sizes: new Int32Array(rank), closesAt: new Int32Array(rank) };
  return readLists(bytes, cursor, levels, {
    forFloat32: options.type === 'float32',
    capacity: Math.min(options.expectedCount || INITIAL_CAPACITY, maxCount),
    maxCount,
  });
}

/** Nested lists while they are read; level 0 is the innermost. All lists of a level must hold equally many elements. */
interface ListLevels {
  /** Elements in each list of the level; 0 until the first has closed. */
  readonly sizes: Int32Array;
  /** The running count of elements at which the open list of the level must close. */
  readonly closesAt: Int32Array;
}

interface Block {
  readonly forFloat32: boolean;
  /** Elements to allocate at first, and at most. */
  readonly capacity: number;
  readonly maxCount: number;
}

/** One long loop over local variables: with its parts in methods and its state in fields it takes 2.5 times as long. */
function readLists(bytes: Uint8Array, cursor: Cursor, levels: ListLevels, { forFloat32, capacity, maxCount }: Block): NumberLists | null {
  const { sizes, closesAt } = levels;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let data = allocate(forFloat32, capacity);
  let count = 0;
  let position = cursor.position;
  for (;;) {
    const first = position;
    let byte = bytes[position]!;
    let mantissa = byte - ZERO;
    let decimals = 0;
    if (mantissa >>> 0 < 10) {
      byte = bytes[++position]!;
      let limit = mantissa === 0 ? position : first + INLINE_DIGITS; // no digit follows a leading zero
      for (; (byte - ZERO) >>> 0 < 10 && position < limit; byte = bytes[++position]!) mantissa = (Math.imul(mantissa, 10) + byte - ZERO) | 0;
      if (byte === POINT) {
        limit = first + INLINE_DIGITS + (mantissa === 0 ? 2 : 1);
        const firstDecimal = position + 1;
        byte = bytes[++position]!;
        for (; (byte - ZERO) >>> 0 < 10 && position < limit; byte = bytes[++position]!) mantissa = (Math.imul(mantissa, 10) + byte - ZERO) | 0;
        decimals = position - firstDecimal;
        if (decimals === 0 && (byte - ZERO) >>> 0 > 9) return null;
      }
    }
    if (count === data.length) data = grow(data, forFloat32, maxCount);
    if (position === first || (byte - ZERO) >>> 0 < 10 || (byte | 0x20) === LOWER_E) {
      cursor.position = first;
      data[count] = scanNumber(bytes, cursor, forFloat32);
      position = cursor.position;
      if (position === first || !(Math.abs(data[count]!) < Infinity)) return null;
      byte = bytes[position]!;
      mantissa = 1; // whatever it is: not to be taken for a zero below
    } else if (mantissa !== 0) {
      data[count] = decimals === 0 ? mantissa : mantissa / POWERS_OF_TEN[decimals]!;
    }
    count++;
    if (byte <= SPACE) byte = bytes[(position = skipSpace(bytes, position))]!;
    // Nearly always a sibling follows: `,` or, where an innermost list ends as it should, `],[`.
    const listEnds = byte === CLOSE_LIST && count === closesAt[0];
    const next = byte === COMMA ? afterComma(bytes, position) : listEnds ? afterSiblingOpens(bytes, position) : 0;
    if (next !== 0 && bytes[next]! > SPACE) {
      position = next;
      if (mantissa === 0 && next - first >= SHORTEST_REPEAT && (byte === COMMA || sizes[0] === 1)) {
        const repeats = countRepeats(view, first, next - first, data.length - count);
        count += repeats;
        position += repeats * (next - first);
      }
      if (listEnds) closesAt[0] = count + sizes[0]!;
      continue;
    }
    cursor.position = position;
    const closed = closeLists(bytes, cursor, levels, count);
    if (closed === sizes.length) return { shape: shapeOf(sizes), data: data.subarray(0, count), end: cursor.position };
    if (!openSiblings(bytes, cursor, closed)) return null;
    position = cursor.position;
  }
}

/** Behind the comma at `position` and the space that may follow it. */
function afterComma(bytes: Uint8Array, position: number): number {
  return bytes[position + 1] === SPACE ? position + 2 : position + 1;
}

/** Behind the `],[` at `position`; 0 when something else stands there. */
function afterSiblingOpens(bytes: Uint8Array, position: number): number {
  if (bytes[position + 1] !== COMMA) return 0;
  const opens = afterComma(bytes, position + 1);
  return bytes[opens] === OPEN_LIST ? opens + 1 : 0;
}

/** Steps over `[`s and white space; how many lists were opened. */
function openLists(bytes: Uint8Array, cursor: Cursor): number {
  let opened = 0;
  for (; bytes[cursor.position] === OPEN_LIST && opened <= MAX_RANK; opened++) cursor.position = skipSpace(bytes, cursor.position + 1);
  return opened;
}

/** Steps over `]`s; how many lists they closed. Stops before the `]` of a list longer or shorter than its siblings. */
function closeLists(bytes: Uint8Array, cursor: Cursor, { sizes, closesAt }: ListLevels, count: number): number {
  let closed = 0;
  while (bytes[cursor.position] === CLOSE_LIST) {
    if (sizes[closed] === 0) sizes[closed] = count;
    else if (count !== closesAt[closed]) break;
    closesAt[closed] = count + sizes[closed]!;
    cursor.position++;
    if (++closed === sizes.length) break;
    cursor.position = skipSpace(bytes, cursor.position);
  }
  return closed;
}

/** Steps over a comma and as many `[`s as lists were closed. */
function openSiblings(bytes: Uint8Array, cursor: Cursor, closed: number): boolean {
  if (bytes[cursor.position] !== COMMA) return false;
  cursor.position = skipSpace(bytes, cursor.position + 1);
  for (let opened = 0; opened < closed; opened++) {
    if (bytes[cursor.position] !== OPEN_LIST) return false;
    cursor.position = skipSpace(bytes, cursor.position + 1);
  }
  return true;
}

/** From elements per list, innermost first, to dimensions, outermost first. */
function shapeOf(sizes: Int32Array): number[] {
  return Array.from(sizes, (size, level) => (level === 0 ? size : size / sizes[level - 1]!)).reverse();
}

/** Zeroed, so that zeros need no writing. */
function allocate(forFloat32: boolean, length: number): Float32Array | Float64Array {
  return forFloat32 ? new Float32Array(length) : new Float64Array(length);
}

function grow(data: Float32Array | Float64Array, forFloat32: boolean, maxCount: number): Float32Array | Float64Array {
  const grown = allocate(forFloat32, Math.min(data.length * 2, maxCount));
  grown.set(data);
  return grown;
}

import { isUtf8 } from 'node:buffer';
import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE, SPACE, asciiText, skipSpace } from './ascii.js';
import { scanNumber, type Cursor } from './scan-number.js';

/** A parsed value. Objects are Maps, so that no key (`__proto__`) is special; integers beyond 2^53 are bigints, so that int64 stays exact. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | ReadonlyMap<string, Json>;

/** Tensors have at most 8 dimensions; the rest is room for objects around them. */
const MAX_DEPTH = 64;
/** The longest text of a 64-bit integer: longer ones are out of every range, whatever their digits. */
const MAX_INTEGER_LENGTH = 20;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Short names and words, as nearly all strings of a request are: looked at byte by byte, longer ones natively. */
const SHORT_STRING_BYTES = 64;

/** What is wrong with a document, in RapidJSON's words, and at which byte. */
export class JsonSyntaxError extends Error {
  readonly problem: string;
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(`${problem} at offset: ${offset}`);
    this.name = 'JsonSyntaxError';
    this.problem = problem;
    this.offset = offset;
  }
}

/** A member whose name has been read, and whose value begins at `position`. */
export interface JsonMember {
  readonly bytes: Uint8Array;
  readonly position: number;
  readonly name: string;
  /** Those of its object that came before it. */
  readonly members: ReadonlyMap<string, Json>;
  /** Lists and objects around its object. */
  readonly depth: number;
}

export interface ParseJsonOptions {
  /** Reads a value in a way of its own, and says where it ended; null leaves it to the parser. What it reads is no member of the result. */
  readonly readMember?: (member: JsonMember) => number | null;
  /** Every number of up to 20 digits written without point and exponent is a bigint: for whoever must tell 1 from 1.0. */
  readonly integersAreBigint?: boolean;
}

/**
 * Parses JSON as TensorFlow Serving and Triton do: RFC 8259 plus the bare numbers `NaN`, `Infinity` and `-Infinity`, with the messages and
 * offsets of RapidJSON, which both use. Recursion is bounded; a key given twice keeps its last value.
 * @throws JsonSyntaxError
 */
export function parseJson(bytes: Uint8Array, options: ParseJsonOptions = {}): Json {
  const start = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  const cursor: Cursor = { position: skipSpace(bytes, start) };
  if (cursor.position === bytes.length) throw new JsonSyntaxError('The document is empty.', cursor.position);
  const value = parseValue(bytes, cursor, 0, options);
  if (skipSpace(bytes, cursor.position) < bytes.length) {
    throw new JsonSyntaxError('The document root must not be followed by other values.', skipSpace(bytes, cursor.position));
  }
  return value;
}

/** Expects the cursor on the first byte of the value and leaves it behind the last. */
function parseValue(bytes: Uint8Array, cursor: Cursor, depth: number, options: ParseJsonOptions): Json {
  if (depth > MAX_DEPTH) throw new JsonSyntaxError(`Values are nested deeper than ${MAX_DEPTH} levels.`, cursor.position);
  switch (bytes[cursor.position] ?? 0) {
    case OPEN_LIST: return parseList(bytes, cursor, depth, options);
    case OPEN_OBJECT: return parseObject(bytes, cursor, depth, options);
    case QUOTE: return parseString(bytes, cursor);
    case 0x74: return parseWord(bytes, cursor, 'true', true);
    case 0x66: return parseWord(bytes, cursor, 'false', false);
    case 0x6e: return parseWord(bytes, cursor, 'null', null);
    default: return parseNumber(bytes, cursor, options);
  }
}

function parseList(bytes: Uint8Array, cursor: Cursor, depth: number, options: ParseJsonOptions): Json[] {
  const values: Json[] = [];
  cursor.position = skipSpace(bytes, cursor.position + 1);
  if (stepOver(bytes, cursor, CLOSE_LIST)) return values;
  for (;;) {
    values.push(parseValue(bytes, cursor, depth + 1, options));
    cursor.position = skipSpace(bytes, cursor.position);
    if (stepOver(bytes, cursor, CLOSE_LIST)) return values;
    if (!stepOver(bytes, cursor, COMMA)) throw new JsonSyntaxError('Missing a comma or ] after an array element.', cursor.position);
    cursor.position = skipSpace(bytes, cursor.position);
  }
}

function parseObject(bytes: Uint8Array, cursor: Cursor, depth: number, options: ParseJsonOptions): Map<string, Json> {
  const members = new Map<string, Json>();
  cursor.position = skipSpace(bytes, cursor.position + 1);
  if (stepOver(bytes, cursor, CLOSE_OBJECT)) return members;
  for (;;) {
    if (bytes[cursor.position] !== QUOTE) throw new JsonSyntaxError('Missing a name for object member.', cursor.position);
    const name = parseString(bytes, cursor);
    cursor.position = skipSpace(bytes, cursor.position);
    if (!stepOver(bytes, cursor, COLON)) throw new JsonSyntaxError('Missing a colon after a name of object member.', cursor.position);
    cursor.position = skipSpace(bytes, cursor.position);
    const end = options.readMember?.({ bytes, position: cursor.position, name, members, depth }) ?? null;
    if (end === null) members.set(name, parseValue(bytes, cursor, depth + 1, options));
    cursor.position = skipSpace(bytes, end ?? cursor.position);
    if (stepOver(bytes, cursor, CLOSE_OBJECT)) return members;
    if (!stepOver(bytes, cursor, COMMA)) throw new JsonSyntaxError('Missing a comma or } after an object member.', cursor.position);
    cursor.position = skipSpace(bytes, cursor.position);
  }
}

/** Long strings (pictures in base64) are found and decoded natively, not byte by byte. */
function parseString(bytes: Uint8Array, cursor: Cursor): string {
  const start = cursor.position;
  const plainEnd = endOfShortPlainString(bytes, start + 1);
  if (plainEnd !== -1) {
    cursor.position = plainEnd + 1;
    return asciiText(bytes, start + 1, plainEnd);
  }
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end !== -1 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  if (end === -1) throw new JsonSyntaxError('Missing a closing quotation mark in string.', start);
  cursor.position = end + 1;
  const literal = Buffer.from(bytes.buffer, bytes.byteOffset + start, end + 1 - start);
  if (!isUtf8(literal)) throw new JsonSyntaxError('Invalid encoding in string.', start);
  let text: string;
  try {
    text = JSON.parse(literal.toString('utf8')) as string;
  } catch {
    throw new JsonSyntaxError('Invalid escape character in string.', start);
  }
  if (literal.includes(BACKSLASH) && LONE_SURROGATE.test(text)) throw new JsonSyntaxError('The surrogate pair in string is invalid.', start);
  return text;
}

/** The index of the closing quote of a short string of ASCII without escapes; -1 for any other. */
function endOfShortPlainString(bytes: Uint8Array, first: number): number {
  const limit = Math.min(bytes.length, first + SHORT_STRING_BYTES);
  for (let index = first; index < limit; index++) {
    const byte = bytes[index]!;
    if (byte === QUOTE) return index;
    if (byte < SPACE || byte > 0x7e || byte === BACKSLASH) return -1;
  }
  return -1;
}

/** Whether an odd number of backslashes stands before `position`. */
function isEscaped(bytes: Uint8Array, position: number): boolean {
  let before = position;
  while (bytes[before - 1] === BACKSLASH) before--;
  return (position - before) % 2 === 1;
}

function parseWord<Value>(bytes: Uint8Array, cursor: Cursor, word: string, value: Value): Value {
  const end = cursor.position + word.length;
  if (end > bytes.length || asciiText(bytes, cursor.position, end) !== word) throw new JsonSyntaxError('Invalid value.', cursor.position);
  cursor.position = end;
  return value;
}

function parseNumber(bytes: Uint8Array, cursor: Cursor, { integersAreBigint = false }: ParseJsonOptions): number | bigint {
  const start = cursor.position;
  const value = scanNumber(bytes, cursor, false);
  if (cursor.position === start) throw new JsonSyntaxError('Invalid value.', start);
  if (Number.isNaN(value) || (Number.isSafeInteger(value) && !integersAreBigint)) return value;
  const text = asciiText(bytes, start, cursor.position);
  if (!Number.isFinite(value) && !text.endsWith('Infinity')) throw new JsonSyntaxError('Number too big to be stored in double.', start);
  return text.length <= MAX_INTEGER_LENGTH && /^-?\d+$/.test(text) ? BigInt(text) : value;
}

function stepOver(bytes: Uint8Array, cursor: Cursor, byte: number): boolean {
  if (bytes[cursor.position] !== byte) return false;
  cursor.position++;
  return true;
}

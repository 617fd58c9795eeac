import { ServingError } from '@switchyard/errors';
import { isUtf8 } from 'node:buffer';
import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE, asciiText, skipSpace } from './ascii.js';
import { scanNumber, type Cursor } from './scan-number.js';

/** A parsed value. Objects are Maps, so that no key (`__proto__`) is special; integers beyond 2^53 are bigints, so that int64 stays exact. */
export type Json = null | boolean | number | bigint | string | readonly Json[] | ReadonlyMap<string, Json>;

/** Tensors have at most 8 dimensions; the rest is room for objects around them. */
const MAX_DEPTH = 64;
/** The longest text of a 64-bit integer: longer ones are out of every range, whatever their digits. */
const MAX_INTEGER_LENGTH = 20;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Parses JSON as TensorFlow Serving does: RFC 8259 plus the bare numbers `NaN`, `Infinity` and `-Infinity`, with its messages and offsets
 * (those of RapidJSON). Recursion is bounded; a key given twice keeps its last value.
 * @throws ServingError `invalid-input`.
 */
export function parseJson(bytes: Uint8Array): Json {
  if (bytes.length === 0) throw new ServingError('invalid-input', 'JSON Parse error: The document is empty');
  const start = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  const cursor: Cursor = { position: skipSpace(bytes, start) };
  if (cursor.position === bytes.length) throw syntaxError('The document is empty.', cursor.position);
  const value = parseValue(bytes, cursor, 0);
  if (skipSpace(bytes, cursor.position) < bytes.length) {
    throw syntaxError('The document root must not be followed by other values.', skipSpace(bytes, cursor.position));
  }
  return value;
}

/** Expects the cursor on the first byte of the value and leaves it behind the last. */
function parseValue(bytes: Uint8Array, cursor: Cursor, depth: number): Json {
  if (depth > MAX_DEPTH) throw syntaxError(`Values are nested deeper than ${MAX_DEPTH} levels.`, cursor.position);
  switch (bytes[cursor.position] ?? 0) {
    case OPEN_LIST: return parseList(bytes, cursor, depth);
    case OPEN_OBJECT: return parseObject(bytes, cursor, depth);
    case QUOTE: return parseString(bytes, cursor);
    case 0x74: return parseWord(bytes, cursor, 'true', true);
    case 0x66: return parseWord(bytes, cursor, 'false', false);
    case 0x6e: return parseWord(bytes, cursor, 'null', null);
    default: return parseNumber(bytes, cursor);
  }
}

function parseList(bytes: Uint8Array, cursor: Cursor, depth: number): Json[] {
  const values: Json[] = [];
  cursor.position = skipSpace(bytes, cursor.position + 1);
  if (stepOver(bytes, cursor, CLOSE_LIST)) return values;
  for (;;) {
    values.push(parseValue(bytes, cursor, depth + 1));
    cursor.position = skipSpace(bytes, cursor.position);
    if (stepOver(bytes, cursor, CLOSE_LIST)) return values;
    if (!stepOver(bytes, cursor, COMMA)) throw syntaxError('Missing a comma or ] after an array element.', cursor.position);
    cursor.position = skipSpace(bytes, cursor.position);
  }
}

function parseObject(bytes: Uint8Array, cursor: Cursor, depth: number): Map<string, Json> {
  const members = new Map<string, Json>();
  cursor.position = skipSpace(bytes, cursor.position + 1);
  if (stepOver(bytes, cursor, CLOSE_OBJECT)) return members;
  for (;;) {
    if (bytes[cursor.position] !== QUOTE) throw syntaxError('Missing a name for object member.', cursor.position);
    const name = parseString(bytes, cursor);
    cursor.position = skipSpace(bytes, cursor.position);
    if (!stepOver(bytes, cursor, COLON)) throw syntaxError('Missing a colon after a name of object member.', cursor.position);
    cursor.position = skipSpace(bytes, cursor.position);
    members.set(name, parseValue(bytes, cursor, depth + 1));
    cursor.position = skipSpace(bytes, cursor.position);
    if (stepOver(bytes, cursor, CLOSE_OBJECT)) return members;
    if (!stepOver(bytes, cursor, COMMA)) throw syntaxError('Missing a comma or } after an object member.', cursor.position);
    cursor.position = skipSpace(bytes, cursor.position);
  }
}

/** Long strings (pictures in base64) are found and decoded natively, not byte by byte. */
function parseString(bytes: Uint8Array, cursor: Cursor): string {
  const start = cursor.position;
  let end = bytes.indexOf(QUOTE, start + 1);
  while (end !== -1 && isEscaped(bytes, end)) end = bytes.indexOf(QUOTE, end + 1);
  if (end === -1) throw syntaxError('Missing a closing quotation mark in string.', start);
  cursor.position = end + 1;
  const literal = Buffer.from(bytes.buffer, bytes.byteOffset + start, end + 1 - start);
  if (!isUtf8(literal)) throw syntaxError('Invalid encoding in string.', start);
  let text: string;
  try {
    text = JSON.parse(literal.toString('utf8')) as string;
  } catch {
    throw syntaxError('Invalid escape character in string.', start);
  }
  if (literal.includes(BACKSLASH) && LONE_SURROGATE.test(text)) throw syntaxError('The surrogate pair in string is invalid.', start);
  return text;
}

/** Whether an odd number of backslashes stands before `position`. */
function isEscaped(bytes: Uint8Array, position: number): boolean {
  let before = position;
  while (bytes[before - 1] === BACKSLASH) before--;
  return (position - before) % 2 === 1;
}

function parseWord<Value>(bytes: Uint8Array, cursor: Cursor, word: string, value: Value): Value {
  const end = cursor.position + word.length;
  if (end > bytes.length || asciiText(bytes, cursor.position, end) !== word) throw syntaxError('Invalid value.', cursor.position);
  cursor.position = end;
  return value;
}

function parseNumber(bytes: Uint8Array, cursor: Cursor): number | bigint {
  const start = cursor.position;
  const value = scanNumber(bytes, cursor, false);
  if (cursor.position === start) throw syntaxError('Invalid value.', start);
  if (Number.isSafeInteger(value) || Number.isNaN(value)) return value;
  const text = asciiText(bytes, start, cursor.position);
  if (!Number.isFinite(value) && !text.endsWith('Infinity')) throw syntaxError('Number too big to be stored in double.', start);
  return text.length <= MAX_INTEGER_LENGTH && /^-?\d+$/.test(text) ? BigInt(text) : value;
}

function stepOver(bytes: Uint8Array, cursor: Cursor, byte: number): boolean {
  if (bytes[cursor.position] !== byte) return false;
  cursor.position++;
  return true;
}

function syntaxError(problem: string, offset: number): ServingError {
  return new ServingError('invalid-input', `JSON Parse error: ${problem} at offset: ${offset}`);
}

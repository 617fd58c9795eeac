/** The bytes JSON is made of, by name. */
export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const PLUS = 0x2b;
export const COMMA = 0x2c;
export const MINUS = 0x2d;
export const POINT = 0x2e;
export const ZERO = 0x30;
export const COLON = 0x3a;
export const OPEN_LIST = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_LIST = 0x5d;
export const LOWER_E = 0x65;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;

/** The index of the first byte at or after `position` that is no JSON white space; may be `bytes.length`. */
export function skipSpace(bytes: Uint8Array, position: number): number {
  let index = position;
  while (index < bytes.length && isSpace(bytes[index]!)) index++;
  return index;
}

/** The index of the last byte before `end` that is no JSON white space; -1 when there is none. */
export function lastNonSpace(bytes: Uint8Array, end: number = bytes.length): number {
  let index = end - 1;
  while (index >= 0 && isSpace(bytes[index]!)) index--;
  return index;
}

/** Bytes `[from, to)` as text; only for bytes known to be ASCII. */
export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('latin1', from, to);
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === LINE_FEED || byte === CARRIAGE_RETURN || byte === TAB;
}

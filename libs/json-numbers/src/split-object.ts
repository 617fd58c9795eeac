import { BACKSLASH, CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, OPEN_LIST, OPEN_OBJECT, QUOTE, asciiText, lastNonSpace, skipSpace } from './ascii.js';

/** The two halves of an object, each a document of its own. */
export interface SplitObject {
  readonly named: Buffer;
  readonly rest: Buffer;
}

/**
 * Splits an object by the names of its members, without reading their values: whoever wants only the small ones need not parse a tensor.
 * Both halves together are valid JSON exactly when the document is, as what stands between members is checked here.
 * Null for what is no object, or names a member with escapes: to be read as a whole.
 */
export function splitObject(bytes: Buffer, names: readonly string[]): SplitObject | null {
  const end = lastNonSpace(bytes);
  const start = skipSpace(bytes, 0);
  if (bytes[start] !== OPEN_OBJECT || bytes[end] !== CLOSE_OBJECT || start === end) return null;
  const named: Uint8Array[] = [];
  const rest: Uint8Array[] = [];
  let position = skipSpace(bytes, start + 1);
  while (position !== end) {
    const member = findMember(bytes, position);
    if (member === null || member.end > end) return null;
    (names.includes(member.name) ? named : rest).push(bytes.subarray(position, member.end));
    const behind = skipSpace(bytes, member.end);
    if (behind === end) break;
    if (bytes[behind] !== COMMA) return null;
    position = skipSpace(bytes, behind + 1);
    if (position === end) return null;
  }
  return { named: objectOf(named), rest: objectOf(rest) };
}

/** Name and end of the member that begins at `position`. */
function findMember(bytes: Buffer, position: number): { readonly name: string; readonly end: number } | null {
  const nameEnd = bytes[position] === QUOTE ? skipString(bytes, position) : -1;
  if (nameEnd === -1) return null;
  const name = asciiText(bytes, position + 1, nameEnd - 1);
  const colon = skipSpace(bytes, nameEnd);
  if (name.includes('\\') || bytes[colon] !== COLON) return null;
  const end = skipValue(bytes, skipSpace(bytes, colon + 1));
  return end === -1 ? null : { name, end };
}

/** The index behind the value that begins at `start`, were it valid; -1 when it has no end. */
function skipValue(bytes: Buffer, start: number): number {
  const byte = bytes[start];
  if (byte === QUOTE) return skipString(bytes, start);
  if (byte === OPEN_LIST) return skipNumberLists(bytes, start) ?? skipNested(bytes, start + 1);
  if (byte === OPEN_OBJECT) return skipNested(bytes, start + 1);
  for (let index = start; index < bytes.length; index++) if (ENDS_LITERAL.has(bytes[index]!)) return index;
  return -1;
}

const ENDS_LITERAL = new Set(Buffer.from(',]} \t\r\n'));

/**
 * Skips a list without strings by what follows it, which is found natively: to walk over a tensor takes as long as to read it. That is the end
 * of the document, or the name of another member; null for any other list, in which the first string is an element or within an object.
 */
function skipNumberLists(bytes: Buffer, start: number): number | null {
  const quote = bytes.indexOf(QUOTE, start);
  const behind = lastNonSpace(bytes, quote === -1 ? bytes.length : quote);
  if (bytes[behind] !== (quote === -1 ? CLOSE_OBJECT : COMMA)) return null;
  if (quote !== -1 && bytes[skipSpace(bytes, skipString(bytes, quote))] !== COLON) return null;
  const last = lastNonSpace(bytes, behind);
  return bytes[last] === CLOSE_LIST ? last + 1 : null;
}

/** The index behind the bracket that closes the one before `start`. Most of what it passes are digits, points and commas: they cost one comparison. */
function skipNested(bytes: Uint8Array, start: number): number {
  let depth = 1;
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index]!;
    if (byte < OPEN_LIST && byte !== QUOTE) continue;
    if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (--depth === 0) return index + 1;
    } else if (byte === QUOTE) {
      index = skipString(bytes, index) - 1;
      if (index < 0) return -1;
    }
  }
  return -1;
}

/** The index behind the closing quotation mark; -1 when there is none. */
function skipString(bytes: Uint8Array, start: number): number {
  for (let index = start + 1; index < bytes.length; index++) {
    if (bytes[index] === BACKSLASH) index++;
    else if (bytes[index] === QUOTE) return index + 1;
  }
  return -1;
}

function objectOf(members: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [OPEN];
  members.forEach((member, index) => parts.push(...(index === 0 ? [member] : [SEPARATOR, member])));
  return Buffer.concat([...parts, CLOSE]);
}

const OPEN = Buffer.from('{');
const SEPARATOR = Buffer.from(',');
const CLOSE = Buffer.from('}');

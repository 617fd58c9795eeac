import { SwitchyardError } from './switchyard-error.js';

/** Numbers, words, flags, bytes as `{b64}`, and lists of them; a typed array counts as a list of its numbers. */
export type JsonValue = number | string | boolean | null | NumberArray | readonly JsonValue[] | { readonly [name: string]: JsonValue };
export type NumberArray = Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | Uint8Array | Uint8ClampedArray | Uint16Array | Uint32Array;

/** Outside any text that people write. */
const MARK = '\u{F0000}';
const MARKED = new RegExp(`"${MARK}(NaN|-?Infinity)"`, 'gu');
/** A string, or a number JSON has no word for; strings are matched so that nothing within them is. */
const STRING_OR_BARE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** JSON in which NaN and the infinities stand bare, as TF Serving and Switchyard read and write them; `JSON.stringify` would make them null. */
export function toJsonText(value: unknown): string {
  const plain = toLists(value);
  const text = JSON.stringify(plain);
  if (!text.includes('null')) return text;
  return JSON.stringify(plain, (_, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? `${MARK}${item}` : item)).replace(MARKED, '$1');
}

/** Reads what `toJsonText` writes. @throws SwitchyardError `unexpected-answer` */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (plainError) {
    try {
      return JSON.parse(text.replace(STRING_OR_BARE, (match) => (match.startsWith('"') ? match : `"${MARK}${match}"`)), (_, item: unknown) =>
        typeof item === 'string' && item.startsWith(MARK) ? Number(item.slice(MARK.length)) : item,
      );
    } catch {
      throw new SwitchyardError('unexpected-answer', `The server's answer is not JSON: ${(plainError as Error).message}.`, { cause: plainError });
    }
  }
}

/** Typed arrays as lists; lists of numbers are left as they are, so that large rows are not copied. */
function toLists(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as NumberArray);
  if (Array.isArray(value)) return typeof value[0] === 'object' ? value.map(toLists) : value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, toLists(item)]));
}

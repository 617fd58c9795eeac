import { LOWER_E, MINUS, PLUS, POINT, ZERO, asciiText } from './ascii.js';

/** Where a scan stands; moved past what was read. */
export interface Cursor {
  position: number;
}

/** 10^0 … 10^60. Up to 10^22 a double holds the power exactly; beyond, it is off by half a unit in the last place at most. */
export const POWERS_OF_TEN = Float64Array.from({ length: 61 }, (_, exponent) => Number(`1e${exponent}`));

const LARGEST_EXACT_POWER = 22;
/** Relative: more than forty digits and one division can be off by (2^-46), far less than half a float32 step (2^-25). */
const APPROXIMATION_MARGIN = 2 ** -40;
const LARGEST_APPROXIMATE_MANTISSA = 1e40;
const NAMED_NUMBERS: readonly (readonly [string, number])[] = [['NaN', NaN], ['Infinity', Infinity], ['-Infinity', -Infinity]];

/**
 * Reads one JSON number at the cursor, or a bare `NaN`, `Infinity` or `-Infinity`, and moves the cursor past it.
 * With `forFloat32` the result may differ from the nearest double, but rounds to the same float32.
 * A cursor that did not move says that no number stands there.
 *
 * A mantissa below 2^53 and a power of ten up to 10^22 are exact doubles, so one division or product rounds once: Clinger,
 * "How to read floating point numbers accurately" (1990). What that cannot decide is left to `Number`.
 */
export function scanNumber(bytes: Uint8Array, cursor: Cursor, forFloat32: boolean): number {
  const start = cursor.position;
  const negative = bytes[start] === MINUS;
  const firstDigit = negative ? start + 1 : start;
  cursor.position = firstDigit;
  let mantissa = scanDigits(bytes, cursor, 0);
  const integerDigits = cursor.position - firstDigit;
  cursor.position = start;
  if (integerDigits === 0) return scanNamedNumber(bytes, cursor);
  if (integerDigits > 1 && bytes[firstDigit] === ZERO) return NaN;
  let position = firstDigit + integerDigits;
  let exponent = 0;
  if (bytes[position] === POINT) {
    cursor.position = position + 1;
    mantissa = scanDigits(bytes, cursor, mantissa);
    exponent = position + 1 - cursor.position;
    position = cursor.position;
    cursor.position = start;
    if (exponent === 0) return NaN;
  }
  if (((bytes[position] ?? 0) | 0x20) === LOWER_E) {
    cursor.position = position + 1;
    exponent += scanExponent(bytes, cursor);
    const found = cursor.position > position + 1;
    position = cursor.position;
    cursor.position = start;
    if (!found) return NaN;
  }
  cursor.position = position;
  const magnitude = scale(mantissa, exponent, forFloat32);
  return Number.isNaN(magnitude) ? Number(asciiText(bytes, start, position)) : negative ? -magnitude : magnitude;
}

/** Appends digits to `mantissa`, nine at a time in integer arithmetic: exact up to 2^53, then the nearest doubles. */
function scanDigits(bytes: Uint8Array, cursor: Cursor, mantissa: number): number {
  let position = cursor.position;
  let sum = mantissa;
  for (;;) {
    const first = position;
    let chunk = 0;
    for (; position < first + 9; position++) {
      const digit = (bytes[position] ?? 0) - ZERO;
      if (digit >>> 0 > 9) break;
      chunk = (Math.imul(chunk, 10) + digit) | 0;
    }
    sum = sum * POWERS_OF_TEN[position - first]! + chunk;
    if (position < first + 9) break;
  }
  cursor.position = position;
  return sum;
}

/** `mantissa · 10^exponent` where doubles can tell it for certain, else NaN. */
function scale(mantissa: number, exponent: number, forFloat32: boolean): number {
  if (mantissa === 0) return 0;
  const power = exponent < 0 ? -exponent : exponent;
  if (mantissa <= Number.MAX_SAFE_INTEGER && power <= LARGEST_EXACT_POWER) return multiply(mantissa, exponent, power);
  if (!forFloat32 || mantissa > LARGEST_APPROXIMATE_MANTISSA || power >= POWERS_OF_TEN.length) return NaN;
  const near = multiply(mantissa, exponent, power);
  const decided = Math.fround(near * (1 - APPROXIMATION_MARGIN)) === Math.fround(near * (1 + APPROXIMATION_MARGIN));
  return decided ? near : NaN;
}

function multiply(mantissa: number, exponent: number, power: number): number {
  return exponent < 0 ? mantissa / POWERS_OF_TEN[power]! : mantissa * POWERS_OF_TEN[power]!;
}

/** The signed digits after the `e`; capped, since beyond a thousand only zero or overflow is left. */
function scanExponent(bytes: Uint8Array, cursor: Cursor): number {
  const start = cursor.position;
  const sign = bytes[start];
  const firstDigit = sign === MINUS || sign === PLUS ? start + 1 : start;
  let position = firstDigit;
  let exponent = 0;
  for (let digit; (digit = (bytes[position] ?? 0) - ZERO) >>> 0 < 10; position++) exponent = Math.min(exponent * 10 + digit, 1_000_000);
  cursor.position = position === firstDigit ? start : position;
  return sign === MINUS ? -exponent : exponent;
}

function scanNamedNumber(bytes: Uint8Array, cursor: Cursor): number {
  const start = cursor.position;
  for (const [name, value] of NAMED_NUMBERS) {
    if (start + name.length <= bytes.length && asciiText(bytes, start, start + name.length) === name) {
      cursor.position = start + name.length;
      return value;
    }
  }
  return NaN;
}

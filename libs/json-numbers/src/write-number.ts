import type { ByteWriter } from './byte-writer.js';
import { POWERS_OF_TEN } from './scan-number.js';

/** TensorFlow Serving prints six digits where they suffice; nine always do (IEEE 754-2019, 5.12.2). */
const FEWEST_DIGITS = 6;
const MOST_DIGITS = 9;
/** Decimal exponents written in plain digits, as JavaScript does; the rest is written `1.5e-9`. */
const LEAST_PLAIN_EXPONENT = -7;
const GREATEST_PLAIN_EXPONENT = 20;
const MINUS = 0x2d;
const POINT = 0x2e;

/**
 * Writes a float32 in the fewest digits, from six to nine and without trailing zeros, that read back to exactly the same float32, whether
 * the reader rounds to float32 at once or by way of a double. Whole numbers get `.0`; `NaN`, `Infinity` and `-Infinity` stand bare.
 * Rounding is tried in doubles: `digits / 10^k` is what a reader will see, so comparing it tells, and no text is made to be thrown away.
 */
export function writeFloat32(writer: ByteWriter, value: number): void {
  if (value < 0 || Object.is(value, -0)) writer.byte(MINUS);
  const magnitude = Math.abs(value);
  if (magnitude === 0) return writer.ascii('0.0');
  if (!Number.isFinite(magnitude)) return writer.ascii(Number.isNaN(value) ? 'NaN' : 'Infinity');
  let exponent = Math.floor(Math.log10(magnitude));
  for (let digits = FEWEST_DIGITS; digits <= MOST_DIGITS; digits++) {
    const shift = digits - 1 - exponent;
    const scaled = Math.round(shift < 0 ? magnitude / POWERS_OF_TEN[-shift]! : magnitude * POWERS_OF_TEN[shift]!);
    const read = shift < 0 ? scaled * POWERS_OF_TEN[-shift]! : scaled / POWERS_OF_TEN[shift]!;
    if (!readsBack(read, magnitude)) continue;
    if (scaled === POWERS_OF_TEN[digits]) exponent++;
    return writeDigits(writer, scaled, exponent);
  }
  writer.ascii(String(magnitude));
}

/** Writes a float64 in the shortest digits that read back to it. */
export function writeFloat64(writer: ByteWriter, value: number): void {
  if (Object.is(value, -0)) return writer.ascii('-0.0');
  writer.ascii(String(value));
  if (Number.isInteger(value) && Math.abs(value) < 1e21) writer.ascii('.0');
}

/** Also when `read` is a few units of a double off what a reader computes, as beyond 10^22. */
function readsBack(read: number, expected: number): boolean {
  return Math.fround(read * (1 - 2 ** -50)) === expected && Math.fround(read * (1 + 2 ** -50)) === expected;
}

/** Writes `0.integer · 10^(exponent + 1)`, trailing zeros of the integer dropped. */
function writeDigits(writer: ByteWriter, integer: number, exponent: number): void {
  let rest = integer;
  while (rest % 10 === 0) rest /= 10;
  const plain = exponent >= LEAST_PLAIN_EXPONENT && exponent <= GREATEST_PLAIN_EXPONENT;
  writePoint(writer, rest, (plain ? exponent : 0) + 1);
  if (!plain) writer.ascii(`e${exponent}`);
}

/** Writes the digits of `integer` with a point behind the first `beforePoint`, and zeros where there are no digits: `0.012`, `1200.0`. */
function writePoint(writer: ByteWriter, integer: number, beforePoint: number): void {
  const digits = countDigits(integer);
  const decimals = digits - beforePoint;
  if (decimals <= 0) {
    writer.digits(integer, digits);
    writer.digits(0, -decimals);
    writer.ascii('.0');
    return;
  }
  const whole = beforePoint <= 0 ? 0 : Math.floor(integer / POWERS_OF_TEN[decimals]!);
  writer.digits(whole, Math.max(1, beforePoint));
  writer.byte(POINT);
  writer.digits(integer - whole * POWERS_OF_TEN[decimals]!, decimals);
}

function countDigits(integer: number): number {
  let digits = 1;
  while (digits < MOST_DIGITS && integer >= POWERS_OF_TEN[digits]!) digits++;
  return digits;
}

import { ServingError } from '@switchyard/errors';

/** Numbers as people type them: `1.5`, `-2`, `.5`, `1e-3`; no hexadecimal and no words. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** Twenty digits hold every 64-bit integer; more are refused before they are read, since that takes quadratic time. */
const INTEGER = /^[+-]?\d{1,20}$/;
const SHOWN_CHARACTERS = 50;

const LARGEST = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

const RANGES = {
  int8: signed(8), int16: signed(16), int32: signed(32), int64: signed(64),
  uint8: unsigned(8), uint16: unsigned(16), uint32: unsigned(32), uint64: unsigned(64),
} as const;

/** What a field of a form can stand for. */
export type FieldDtype = keyof typeof LARGEST | keyof typeof RANGES;

export function isFieldDtype(dtype: string): dtype is FieldDtype {
  return Object.hasOwn(LARGEST, dtype) || Object.hasOwn(RANGES, dtype);
}

/**
 * Reads one field of a form as an element of `dtype`: a bigint for the 64-bit integers, else a number.
 * @throws ServingError `invalid-input` naming the field, its value and what was expected.
 */
export function parseField(name: string, text: string, dtype: FieldDtype): number | bigint {
  return dtype === 'float32' || dtype === 'float64' ? parseFloating(name, text, dtype) : parseInteger(name, text, dtype);
}

/** A text of the client as messages show it. */
export function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

function parseFloating(name: string, text: string, dtype: keyof typeof LARGEST): number {
  if (!NUMBER.test(text)) throw refusal(name, `"${shown(text)}"`, 'a number is');
  const value = Number(text);
  const element = dtype === 'float32' ? Math.fround(value) : value;
  if (!Number.isFinite(element)) throw refusal(name, shown(text), `at most ${LARGEST[dtype].toPrecision(2)} is`);
  return value;
}

function parseInteger(name: string, text: string, dtype: keyof typeof RANGES): number | bigint {
  const [lowest, highest] = RANGES[dtype];
  const expected = `a whole number from ${lowest} to ${highest} is`;
  if (!INTEGER.test(text)) throw refusal(name, `"${shown(text)}"`, expected);
  const value = BigInt(text.replace('+', ''));
  if (value < lowest || value > highest) throw refusal(name, text, expected);
  return dtype === 'int64' || dtype === 'uint64' ? value : Number(value);
}

function refusal(name: string, given: string, expected: string): ServingError {
  return new ServingError('invalid-input', `The field "${name}" is ${given}; ${expected} expected.`);
}

function signed(bits: number): readonly [bigint, bigint] {
  const half = 1n << BigInt(bits - 1);
  return [-half, half - 1n];
}

function unsigned(bits: number): readonly [bigint, bigint] {
  return [0n, (1n << BigInt(bits)) - 1n];
}

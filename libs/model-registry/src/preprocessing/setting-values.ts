import { ServingError } from '@switchyard/errors';
import { shown } from './split-settings.js';

export type SettingValues = ReadonlyMap<string, readonly string[]>;

/** A picture of that side takes 200 MB as float32. */
const MAX_SIDE = 4_096;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The one value of a setting; undefined when it was not given. @throws ServingError `invalid-input` for none or several. */
export function single<Value>(key: string, values: SettingValues, parse: (value: string) => Value): Value | undefined {
  const given = values.get(key);
  if (given === undefined) return undefined;
  const [value] = given;
  if (value === undefined || given.length > 1) throw invalidSetting(key, given.join(','), 'one value is');
  return parse(value);
}

/** All values of a setting as numbers; undefined when it was not given. @throws ServingError `invalid-input` for none, or anything else. */
export function numbers(key: string, values: SettingValues): number[] | undefined {
  const given = values.get(key);
  if (given?.length === 0) throw invalidSetting(key, '', 'a number is');
  return given?.map((value) => toNumber(key, value));
}

/** One of a few words, in any case; undefined when it was not given. @throws ServingError `invalid-input` for any other. */
export function choice<Choice extends string>(key: string, values: SettingValues, allowed: readonly Choice[]): Choice | undefined {
  return single(key, values, (value) => {
    const found = allowed.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
    if (found === undefined) throw invalidSetting(key, value, `one of ${allowed.join(', ')} is`);
    return found;
  });
}

/** A side of a picture in pixels. @throws ServingError `invalid-input`. */
export function toSide(key: string, value: string): number {
  const side = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (side < 1 || side > MAX_SIDE) throw invalidSetting(key, value, `a whole number of pixels from 1 to ${MAX_SIDE} is`);
  return side;
}

/** A decimal number or a fraction, `1/255`. @throws ServingError `invalid-input`. */
export function toNumber(key: string, value: string): number {
  const parts = value.split('/');
  const [numerator = NaN, denominator = 1] = parts.map(Number);
  const result = numerator / denominator;
  if (parts.length > 2 || !parts.every((part) => NUMBER.test(part)) || !Number.isFinite(result)) throw invalidSetting(key, value, 'a number, or a fraction as 1/255, is');
  return result;
}

export function invalidSetting(key: string, value: string, expected: string): ServingError {
  return new ServingError('invalid-input', `"${key}" of the preprocessing is "${shown(value)}"; ${expected} expected.`);
}

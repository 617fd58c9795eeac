import { ServingError } from '@switchyard/errors';
import type { Signature } from '@switchyard/model-registry';
import { allocate, tensor, type NumericArray, type TensorMap } from '@switchyard/tensor';
import { isFieldDtype, parseField, shown, type FieldDtype } from './parse-field.js';

type Fields = Readonly<Record<string, string>>;

interface ListInput {
  readonly name: string;
  readonly dtype: FieldDtype;
  /** -1 where the model leaves it open. */
  readonly size: number;
}

/**
 * Decodes the form `x1=1.5&x2=2.3` to one row `[1, n]` of a model that takes one list of numbers, in the model's dtype.
 * Fields are named `x1` … `xn` and may come in any order.
 * @throws ServingError `invalid-input` naming the field that is missing, unknown or no number of that dtype.
 */
export function decodeForm(fields: Fields, signature: Signature): TensorMap {
  const input = listInput(signature);
  const names = fieldNames(fields, input.size);
  assertNoneUnknown(fields, names);
  const data = allocate(input.dtype, names.length);
  names.forEach((name, index) => setElement(data, index, parseField(name, readField(name, fields, names), input.dtype)));
  return new Map([[input.name, tensor(input.dtype, [1, names.length], data)]]);
}

function listInput({ inputs: [spec, ...others] }: Signature): ListInput {
  if (spec === undefined || others.length > 0 || spec.shape.length !== 2 || !isFieldDtype(spec.dtype)) {
    throw new ServingError('invalid-input', 'This model does not take one list of numbers, so it cannot be asked by a form; send its inputs as {"instances": …}.');
  }
  return { name: spec.name, dtype: spec.dtype, size: spec.shape[1]! };
}

/** `x1` … `xn`; where the model leaves n open, as many as the form has fields. */
function fieldNames(fields: Fields, size: number): string[] {
  const count = size === -1 ? Math.max(1, Object.keys(fields).length) : size;
  return Array.from({ length: count }, (_, index) => `x${index + 1}`);
}

function assertNoneUnknown(fields: Fields, names: readonly string[]): void {
  const known = new Set(names);
  const unknown = Object.keys(fields).find((name) => !known.has(name));
  if (unknown !== undefined) throw new ServingError('invalid-input', `The form has a field "${shown(unknown)}"; exactly ${listed(names)} are expected.`);
}

function readField(name: string, fields: Fields, names: readonly string[]): string {
  if (Object.hasOwn(fields, name)) return fields[name]!.trim();
  throw new ServingError('invalid-input', `The form lacks the field "${name}"; ${listed(names)} are expected.`);
}

/** `parseField` gives bigints exactly for the arrays that hold them; the union type cannot express it. */
function setElement(data: NumericArray, index: number, value: number | bigint): void {
  (data as unknown as (number | bigint)[])[index] = value;
}

/** `"x1"`, `"x1" and "x2"`, `"x1" to "x9"`. */
function listed(names: readonly string[]): string {
  const first = `"${names[0]}"`;
  const last = `"${names.at(-1)}"`;
  if (names.length === 1) return first;
  return `${first} ${names.length === 2 ? 'and' : 'to'} ${last}`;
}

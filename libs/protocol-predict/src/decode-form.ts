import { ServingError } from '@switchyard/errors';
import type { Signature } from '@switchyard/model-registry';
import { tensor, type TensorMap } from '@switchyard/tensor';

/** Numbers as people type them: `1.5`, `-2`, `.5`, `1e-3`; no hexadecimal and no words. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const SHOWN_CHARACTERS = 50;

/**
 * Decodes the form `x1=1.5&x2=2.3` to one row `[1, n]` of a model that takes one list of floats. Fields are named `x1` … `xn` and may come
 * in any order.
 * @throws ServingError `invalid-input` naming the field that is missing, unknown or no finite number.
 */
export function decodeForm(fields: Readonly<Record<string, string>>, signature: Signature): TensorMap {
  const [spec, ...others] = signature.inputs;
  if (spec === undefined || others.length > 0 || spec.shape.length !== 2 || (spec.dtype !== 'float32' && spec.dtype !== 'float64')) {
    throw new ServingError('invalid-input', 'This model does not take one list of numbers, so it cannot be asked by a form; send its inputs as {"instances": …}.');
  }
  const names = fieldNames(fields, spec.shape[1]!);
  const unknown = Object.keys(fields).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new ServingError('invalid-input', `The form has a field "${shown(unknown)}"; exactly ${listed(names)} are expected.`);
  const values = names.map((name) => readNumber(name, fields, names));
  const data = spec.dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values);
  return new Map([[spec.name, tensor(spec.dtype, [1, names.length], data)]]);
}

/** `x1` … `xn`; where the model leaves n open, as many as the form has fields. */
function fieldNames(fields: Readonly<Record<string, string>>, size: number): string[] {
  const count = size === -1 ? Math.max(1, Object.keys(fields).length) : size;
  return Array.from({ length: count }, (_, index) => `x${index + 1}`);
}

function readNumber(name: string, fields: Readonly<Record<string, string>>, names: readonly string[]): number {
  const text = Object.hasOwn(fields, name) ? fields[name]!.trim() : undefined;
  if (text === undefined) throw new ServingError('invalid-input', `The form lacks the field "${name}"; ${listed(names)} are expected.`);
  if (!NUMBER.test(text)) throw new ServingError('invalid-input', `The field "${name}" is "${shown(text)}"; a number is expected.`);
  const value = Number(text);
  if (!Number.isFinite(Math.fround(value))) throw new ServingError('invalid-input', `The field "${name}" is ${shown(text)}; at most 3.4e38 is expected.`);
  return value;
}

/** `"x1"`, `"x1" and "x2"`, `"x1" to "x9"`. */
function listed(names: readonly string[]): string {
  const first = `"${names[0]}"`;
  const last = `"${names.at(-1)}"`;
  if (names.length === 1) return first;
  return `${first} ${names.length === 2 ? 'and' : 'to'} ${last}`;
}

function shown(text: string): string {
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}

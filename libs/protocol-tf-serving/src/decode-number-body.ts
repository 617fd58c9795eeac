import type { Signature, TensorSpec } from '@switchyard/model-registry';
import { allocate, type NumericArray, type Tensor } from '@switchyard/tensor';
import { BACKSLASH, CLOSE_OBJECT, COLON, COMMA, OPEN_OBJECT, QUOTE, SPACE, asciiText, lastNonSpace, skipSpace } from './ascii.js';
import { SIGNATURE_NAME, type DecodedPredict } from './decoded-predict.js';
import { INTEGER_RANGES, isIntegerDtype, type IntegerDtype } from './integer-range.js';
import { parseNumberLists, type NumberLists } from './parse-number-lists.js';

/**
 * The hot path: reads `{"instances": <nested lists of numbers>}` (or `inputs`; with `signature_name` before or after) of a model with one
 * numeric input, without building the document. Such a request is nearly every request.
 * Null is the answer to everything else, right or wrong: `decodeDocument` takes it from there.
 */
export function decodeNumberBody(body: Uint8Array, signature: Signature): DecodedPredict | null {
  const [spec, ...others] = signature.inputs;
  if (spec === undefined || others.length > 0 || !isNumeric(spec)) return null;
  const end = lastNonSpace(body);
  let position = skipSpace(body, 0);
  if (body[position] !== OPEN_OBJECT || body[end] !== CLOSE_OBJECT) return null;
  let signatureName: string | undefined;
  let format: DecodedPredict['format'] | undefined;
  let lists: NumberLists | null = null;
  for (;;) {
    const name = readPlainString(body, skipSpace(body, position + 1));
    if (name === null) return null;
    position = skipSpace(body, name.end);
    if (body[position] !== COLON) return null;
    position = skipSpace(body, position + 1);
    if (name.text === 'signature_name' && signatureName === undefined) {
      const value = readPlainString(body, position);
      if (value?.text !== SIGNATURE_NAME) return null;
      signatureName = value.text;
      position = value.end;
    } else if (lists === null && (name.text === 'instances' || name.text === 'inputs')) {
      lists = parseNumberLists(body, position, { type: spec.dtype === 'float32' ? 'float32' : 'float64', rowSize: rowSize(spec) });
      if (lists === null) return null;
      format = name.text === 'instances' ? 'row' : 'column';
      position = lists.end;
    } else {
      return null;
    }
    position = skipSpace(body, position);
    if (position === end) break;
    if (body[position] !== COMMA) return null;
  }
  const input = lists === null ? null : toTensor(lists, spec);
  return input === null || format === undefined ? null : { format, signatureName, inputs: new Map([[spec.name, input]]) };
}

function isNumeric({ dtype }: TensorSpec): boolean {
  return dtype === 'float32' || dtype === 'float64' || isIntegerDtype(dtype);
}

/** Elements of one row, or 0 when the signature leaves that open. */
function rowSize({ shape }: TensorSpec): number {
  let size = 1;
  for (let dimension = 1; dimension < shape.length; dimension++) size *= Math.max(0, shape[dimension]!);
  return size;
}

/** The string at `start` when it is ASCII without escapes. */
function readPlainString(body: Uint8Array, start: number): { readonly text: string; readonly end: number } | null {
  if (body[start] !== QUOTE) return null;
  let end = start + 1;
  for (let byte = body[end]; byte !== QUOTE; byte = body[++end]) {
    if (byte === undefined || byte < SPACE || byte > 0x7e || byte === BACKSLASH) return null;
  }
  return { text: asciiText(body, start + 1, end), end: end + 1 };
}

function toTensor({ shape, data }: NumberLists, { dtype }: TensorSpec): Tensor | null {
  if (!isIntegerDtype(dtype)) return { dtype, shape, data };
  const integers = toIntegers(data, dtype);
  return integers === null ? null : { dtype, shape, data: integers };
}

/** Null when a number is no integer, out of range, or beyond 2^53, where a double may not be what was written. */
function toIntegers(numbers: Float32Array | Float64Array, dtype: IntegerDtype): NumericArray | null {
  const [least, greatest] = INTEGER_RANGES[dtype].map(Number) as [number, number];
  const integers = allocate(dtype, numbers.length);
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index]!;
    if (!Number.isSafeInteger(number) || number < least || number > greatest) return null;
    integers[index] = integers instanceof BigInt64Array || integers instanceof BigUint64Array ? BigInt(number) : number;
  }
  return integers;
}

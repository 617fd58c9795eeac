import {
  BACKSLASH, CLOSE_OBJECT, COLON, COMMA, OPEN_OBJECT, QUOTE, SPACE, asciiText, isIntegerDtype, lastNonSpace, parseNumberLists, skipSpace, toIntegers, type NumberLists,
} from '@switchyard/json-numbers';
import type { TensorSpec } from '@switchyard/model-registry';
import type { Tensor } from '@switchyard/tensor';
import type { DecodedPredict } from './decoded-predict.js';
import { isServedSignature, type ServedVersion } from './served-version.js';

/**
 * The hot path: reads `{"instances": <nested lists of numbers>}` (or `inputs`; with `signature_name` before or after) of a model with one
 * numeric input, without building the document. Such a request is nearly every request.
 * Null is the answer to everything else, right or wrong: `decodeDocument` takes it from there.
 */
export function decodeNumberBody(body: Uint8Array, served: ServedVersion): DecodedPredict | null {
  const { inputs } = served.signature;
  const spec = inputs[0];
  if (spec === undefined || inputs.length > 1 || !isNumeric(spec)) return null;
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
      if (value === null || !isServedSignature(value.text, served)) return null;
      signatureName = value.text;
      position = value.end;
    } else if (lists === null && (name.text === 'instances' || name.text === 'inputs')) {
      lists = parseNumberLists(body, position, { type: spec.dtype === 'float32' ? 'float32' : 'float64', expectedCount: rowSize(spec) });
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

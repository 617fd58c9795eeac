import { ServingError } from '@switchyard/errors';
import { elementCount, numericData, tensor, type NumericArray, type Tensor } from '@switchyard/tensor';
import { DATATYPES } from './datatype.js';

/** As in Triton: more could be asked for only to keep the server busy. */
const MAX_CLASSES = 1_000_000;
/** Six digits suffice for most float32 values, nine for all. */
const FLOAT32_DIGITS = [6, 7, 8, 9] as const;

/**
 * The greatest `count` values of each row as `value:index[:label]`, greatest first and the first of equals first:
 * https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_classification.md. Values are written in the fewest
 * digits that read back to them, where Triton always writes six decimals.
 * @returns BYTES `[rows, count]`, or fewer columns when there are fewer classes. @throws ServingError `invalid-input` for types that do not compare.
 */
export function classify(output: Tensor, count: number, labels: readonly string[] | null): Tensor {
  if (output.dtype === 'string' || output.dtype === 'float16' || output.dtype === 'bool') {
    throw new ServingError('invalid-input', `class result not available for output due to unsupported type '${DATATYPES[output.dtype].wire}'`);
  }
  const [rows = 0, ...rowShape] = output.shape;
  const classes = elementCount(rowShape);
  if (classes > MAX_CLASSES) throw new ServingError('invalid-input', 'classification output tensor too large');
  const columns = Math.min(count, classes);
  const data = numericData(output);
  const elements: Uint8Array[] = [];
  for (let row = 0; row < rows; row++) {
    const values = data.subarray(row * classes, (row + 1) * classes);
    for (const index of greatest(values, columns)) elements.push(Buffer.from(entry(values[index]!, index, labels)));
  }
  return tensor('string', [rows, columns], elements);
}

/** Indices of the greatest values, greatest first; NaN counts as less than any number. */
function greatest(values: NumericArray, count: number): number[] {
  const indices = Array.from({ length: values.length }, (_, index) => index);
  return indices.sort((a, b) => compare(values[b]!, values[a]!) || a - b).slice(0, count);
}

function compare(a: number | bigint, b: number | bigint): number {
  if (a > b) return 1;
  if (a < b) return -1;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

function entry(value: number | bigint, index: number, labels: readonly string[] | null): string {
  const label = labels?.[index];
  return label === undefined ? `${valueText(value)}:${index}` : `${valueText(value)}:${index}:${label}`;
}

function valueText(value: number | bigint): string {
  if (typeof value === 'bigint' || Math.fround(value) !== value) return String(value);
  for (const digits of FLOAT32_DIGITS) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(value);
}

import { ServingError } from '@switchyard/errors';
import type { Dtype } from '@switchyard/tensor';
import type { Feature } from './example.js';

/** One element on its way into a tensor: bigint for the 64-bit integers, bytes for strings, else number (bool: 0 or 1). */
export type Element = number | bigint | Uint8Array;

type SmallInteger = 'int8' | 'int16' | 'int32' | 'uint8' | 'uint16' | 'uint32' | 'bool';

/** Least and greatest value, both included. An int64 feature needs no check for int64, and only its sign for uint64. */
const RANGES: Record<SmallInteger | 'uint64', readonly [bigint, bigint]> = {
  bool: [0n, 1n],
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 63n - 1n],
};

/**
 * Calls `append` with each value of the feature as an element of `dtype`. Examples know only bytes, float and int64: integers of every
 * size are taken from int64, where they must fit, and so are floats, since JSON writers print 1.0 as 1.
 * @param where begins the sentence of an error: which example, which feature.
 * @throws ServingError `invalid-input` when the kinds do not match or a value does not fit.
 */
export function appendElements(feature: Feature, dtype: Dtype, where: string, append: (element: Element) => void): void {
  switch (feature.kind) {
    case 'bytes':
      if (dtype !== 'string') throw kindError(where, feature, dtype);
      feature.values.forEach(append);
      return;
    case 'float':
      if (dtype !== 'float32' && dtype !== 'float64') throw kindError(where, feature, dtype);
      for (const value of feature.values) append(value);
      return;
    case 'int64':
      for (const value of feature.values) append(fromInt64(value, dtype, where, feature));
  }
}

function fromInt64(value: bigint, dtype: Dtype, where: string, feature: Feature): Element {
  if (dtype === 'int64') return value;
  if (dtype === 'float32' || dtype === 'float64') return Number(value);
  if (dtype === 'string' || dtype === 'float16') throw kindError(where, feature, dtype);
  const [least, greatest] = RANGES[dtype];
  if (value < least || value > greatest) {
    throw new ServingError('invalid-input', `${where}.  The value ${value} is out of range for ${dtype}: an integer from ${least} to ${greatest} is expected.`);
  }
  return dtype === 'uint64' ? value : Number(value);
}

function kindError(where: string, { kind }: Feature, dtype: Dtype): ServingError {
  return new ServingError('invalid-input', `${where}.  Data types don't match. Data type: ${kind} but expected type: ${dtype}`);
}

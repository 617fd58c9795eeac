import { allocate, type NumericArray } from '@switchyard/tensor';
import { INTEGER_RANGES, type IntegerDtype } from './integer-range.js';

/** Numbers as integers of `dtype`; null when one is no integer, out of range, or beyond 2^53, where a double may not be what was written. */
export function toIntegers(numbers: Float32Array | Float64Array, dtype: IntegerDtype): NumericArray | null {
  const [least, greatest] = INTEGER_RANGES[dtype].map(Number) as [number, number];
  const integers = allocate(dtype, numbers.length);
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index]!;
    if (!Number.isSafeInteger(number) || number < least || number > greatest) return null;
    integers[index] = integers instanceof BigInt64Array || integers instanceof BigUint64Array ? BigInt(number) : number;
  }
  return integers;
}

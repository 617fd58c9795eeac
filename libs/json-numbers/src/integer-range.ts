import type { Dtype } from '@switchyard/tensor';

export type IntegerDtype = Extract<Dtype, `int${string}` | `uint${string}`>;

/** Least and greatest value, both included. */
export const INTEGER_RANGES: Record<IntegerDtype, readonly [bigint, bigint]> = {
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

export function isIntegerDtype(dtype: Dtype): dtype is IntegerDtype {
  return dtype in INTEGER_RANGES;
}

import type { WireReader } from './read-message.js';

/** An int64 as a number. @throws RangeError when a number cannot hold it exactly: no size, version or timeout is that large. */
export function readBoundedInt64(reader: WireReader): number {
  const { low, high } = reader.int64() as { readonly low: number; readonly high: number };
  const value = high * 2 ** 32 + (low >>> 0);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the integer ${(BigInt(high) << 32n) | BigInt(low >>> 0)} is out of range`);
  return value;
}

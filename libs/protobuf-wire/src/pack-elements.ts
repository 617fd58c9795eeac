import { viewBytes, type NumericArray } from '@switchyard/tensor';
import type { ScalarEncoding } from './unpack-elements.js';

const LONGEST_VARINT = 10;

/** The value of a packed repeated number field: a view of the elements for `fixed`, else as many bytes as the integers need. */
export function packElements(encoding: ScalarEncoding, elements: NumericArray): Uint8Array {
  if (encoding === 'fixed') return viewBytes(elements);
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) return packLongs(elements);
  return packIntegers(elements);
}

function packIntegers(elements: Exclude<NumericArray, BigInt64Array | BigUint64Array>): Uint8Array {
  const bytes = Buffer.allocUnsafe(elements.length * LONGEST_VARINT);
  let position = 0;
  for (let index = 0; index < elements.length; index++) {
    const value = elements[index]!;
    // Negative integers are written as if they had 64 bits.
    position = value < 0 ? writeLong(bytes, position, value, -1) : writeLong(bytes, position, value, 0);
  }
  return bytes.subarray(0, position);
}

function packLongs(elements: BigInt64Array | BigUint64Array): Uint8Array {
  const halves = new Uint32Array(elements.buffer, elements.byteOffset, elements.length * 2);
  const bytes = Buffer.allocUnsafe(elements.length * LONGEST_VARINT);
  let position = 0;
  for (let index = 0; index < halves.length; index += 2) position = writeLong(bytes, position, halves[index]!, halves[index + 1]!);
  return bytes.subarray(0, position);
}

/** Seven bits a byte, the lowest first; returns the position behind. */
function writeLong(bytes: Buffer, at: number, lowHalf: number, highHalf: number): number {
  let position = at;
  let low = lowHalf >>> 0;
  let high = highHalf >>> 0;
  while (high !== 0 || low > 127) {
    bytes[position++] = (low & 127) | 128;
    low = ((low >>> 7) | (high << 25)) >>> 0;
    high >>>= 7;
  }
  bytes[position++] = low;
  return position;
}

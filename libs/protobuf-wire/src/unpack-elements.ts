import { ServingError } from '@switchyard/errors';
import { allocate, bytesPerElement, viewElements, type NumericArray, type NumericDtype } from '@switchyard/tensor';

/** How a repeated number field is written: integers in 1 to 10 bytes each, or the elements as they are in memory. */
export type ScalarEncoding = 'varint' | 'fixed';

const LONGEST_VARINT = 10;

/**
 * The elements in the bytes of a repeated number field: a view for `fixed` (where the offset in memory allows one), else a new array.
 * @throws ServingError `invalid-input` when the bytes end within an element or an integer does not fit `dtype`.
 */
export function unpackElements(dtype: NumericDtype, encoding: ScalarEncoding, bytes: Uint8Array): NumericArray {
  if (encoding === 'varint') return unpackVarints(dtype, bytes);
  if (bytes.byteLength % bytesPerElement(dtype) !== 0) {
    throw new ServingError('invalid-input', `${bytes.byteLength} bytes hold no whole number of ${dtype} elements of ${bytesPerElement(dtype)} bytes.`);
  }
  return viewElements(dtype, bytes);
}

function unpackVarints(dtype: NumericDtype, bytes: Uint8Array): NumericArray {
  const elements = allocate(dtype, countVarints(bytes));
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) readLongs(bytes, new Uint32Array(elements.buffer));
  else if (dtype === 'bool') readBools(bytes, elements as Uint8Array);
  else readIntegers(dtype, bytes, elements as Int32Array);
  return elements;
}

/** A varint ends with the first byte below 128. */
function countVarints(bytes: Uint8Array): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index++) count += (bytes[index]! >>> 7) ^ 1;
  if (bytes.length > 0 && bytes[bytes.length - 1]! > 127) throw new ServingError('invalid-input', 'A packed field of integers ends within an integer.');
  return count;
}

function readIntegers(dtype: NumericDtype, bytes: Uint8Array, into: Int32Array): void {
  let position = 0;
  for (let index = 0; index < into.length; index++) {
    const start = position;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++]!;
      if (shift < 32) value |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    assertLength(position - start);
    into[index] = value;
    // A typed array wraps what does not fit; the caller would get the answer to another question.
    if ((into[index]! | 0) !== value) throw new ServingError('invalid-input', `The integer ${value} does not fit ${dtype}.`);
  }
}

function readBools(bytes: Uint8Array, into: Uint8Array): void {
  let position = 0;
  for (let index = 0; index < into.length; index++) {
    const start = position;
    let bits = 0;
    do bits |= bytes[position]! & 127;
    while (bytes[position++]! > 127);
    assertLength(position - start);
    into[index] = bits === 0 ? 0 : 1;
  }
}

/** @param halves two per element, the low one first */
function readLongs(bytes: Uint8Array, halves: Uint32Array): void {
  let position = 0;
  for (let index = 0; index < halves.length; index += 2) {
    const start = position;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[position++]!;
      const bits = byte & 127;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high |= bits >>> 4;
      } else if (shift < 64) high |= bits << (shift - 32);
      if (byte < 128) break;
    }
    assertLength(position - start);
    halves[index] = low;
    halves[index + 1] = high;
  }
}

function assertLength(length: number): void {
  if (length > LONGEST_VARINT) throw new ServingError('invalid-input', `An integer takes ${length} bytes; at most ${LONGEST_VARINT} are expected.`);
}

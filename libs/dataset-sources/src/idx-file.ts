import { ServingError } from '@switchyard/errors';

/** Third byte of an IDX file's magic number: the element type. Only unsigned bytes occur in MNIST. */
const UNSIGNED_BYTE = 0x08;

/** An IDX file of unsigned bytes: its dimensions, outermost first, and its elements as a view. */
export interface IdxFile {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads the IDX format: `0 0 type rank | rank × u32 size | elements`, big-endian (Y. LeCun, "The MNIST database", file formats).
 * @throws ServingError `invalid-input` naming the file when the magic number, the rank or the length is wrong.
 */
export function readIdxFile(name: string, bytes: Buffer, rank: number): IdxFile {
  const headerBytes = 4 + 4 * rank;
  const magic = bytes.byteLength >= headerBytes ? bytes.readUInt32BE(0) : -1;
  const expected = (UNSIGNED_BYTE << 8) | rank;
  if (magic !== expected) throw new ServingError('invalid-input', `The file "${name}" begins with ${magic}; an IDX file of ${rank} dimension(s) of bytes begins with ${expected}.`);
  const shape = Array.from({ length: rank }, (_, dimension) => bytes.readUInt32BE(4 + 4 * dimension));
  const data = bytes.subarray(headerBytes);
  const elements = shape.reduce((product, size) => product * size, 1);
  if (data.byteLength !== elements) throw new ServingError('invalid-input', `The file "${name}" holds ${data.byteLength} bytes; its header announces ${elements}.`);
  return { shape, data };
}

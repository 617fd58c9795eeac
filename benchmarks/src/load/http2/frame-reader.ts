import { DEFAULT_MAX_FRAME_BYTES, FRAME_HEAD_BYTES, type Frame } from './frames.js';

/** Cuts what a socket reads into frames. */
export class FrameReader {
  /** The beginning of a frame that is not whole yet. */
  #rest: Buffer | null = null;
  readonly #maxFrameBytes: number;

  /** @param maxFrameBytes of a payload, as the other side was told */
  constructor(maxFrameBytes = DEFAULT_MAX_FRAME_BYTES) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /**
   * @param piece may be overwritten afterwards
   * @param take is given each whole frame; its payload is a view, good during the call
   * @throws RangeError for a frame longer than we allowed, as anything that is no HTTP/2 begins with
   */
  push(piece: Buffer, take: (frame: Frame) => void): void {
    const bytes = this.#rest === null ? piece : Buffer.concat([this.#rest, piece]);
    this.#rest = null;
    let start = 0;
    for (; bytes.byteLength - start >= FRAME_HEAD_BYTES; ) {
      const length = bytes.readUIntBE(start, 3);
      if (length > this.#maxFrameBytes) throw new RangeError(`A frame has ${length} bytes; at most ${this.#maxFrameBytes} are allowed.`);
      const end = start + FRAME_HEAD_BYTES + length;
      if (bytes.byteLength < end) break;
      const payload = bytes.subarray(start + FRAME_HEAD_BYTES, end);
      take({ type: bytes[start + 3]!, flags: bytes[start + 4]!, streamId: bytes.readUInt32BE(start + 5) & 0x7fff_ffff, payload });
      start = end;
    }
    if (start < bytes.byteLength) this.#rest = Buffer.from(bytes.subarray(start));
  }
}

import { crc32 } from 'node:zlib';
import sharp from 'sharp';

const SIZE = 28;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A digit of MNIST as people send it: a PNG, light ink on black as MNIST has it, or black ink on white paper. */
export function renderDigit(pixels: Float32Array, paper: 'black' | 'white'): Promise<Buffer> {
  const grey = Buffer.from(pixels.map((value) => Math.round((paper === 'black' ? value : 1 - value) * 255)));
  return sharp(grey, { raw: { width: SIZE, height: SIZE, channels: 1 } }).png().toBuffer();
}

/** A PNG of some hundred bytes whose header claims so many pixels: decoding what it claims would take gigabytes. */
export function imageBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([PNG_SIGNATURE, chunk('IHDR', header), chunk('IDAT', Buffer.alloc(200)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.byteLength + 8);
  frame.writeUInt32BE(data.byteLength, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.byteLength + 4);
  return frame;
}

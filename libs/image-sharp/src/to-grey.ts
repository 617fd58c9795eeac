import type { Pixels } from './read-pixels.js';

/**
 * RGB to one channel of brightness by the weights of ITU-R BT.601, as training pipelines do (Pillow's `L`, OpenCV); grey stays exactly as it is.
 * Not left to libvips: its way to grey drops the alpha channel.
 */
export function toGrey({ bytes }: Pixels): Pixels {
  const grey = new Uint8Array(bytes.length / 3);
  for (let from = 0, to = 0; from < bytes.length; from += 3) {
    grey[to++] = (77 * bytes[from]! + 150 * bytes[from + 1]! + 29 * bytes[from + 2]! + 128) >> 8;
  }
  return { bytes: grey, channels: 1 };
}

import type { Pixels } from './read-pixels.js';

const WHITE = 255;
const MIDDLE = 127.5;

/**
 * Puts RGBA on an even background, which makes it RGB: white, as a page would show it. With `contrast` the background is black when
 * the ink is light, since a white digit drawn on nothing would vanish on white.
 */
export function flattenAlpha(pixels: Pixels, contrast: boolean): Pixels {
  const { bytes, channels } = pixels;
  if (channels !== 4) return pixels;
  const background = contrast && meanInk(bytes) > MIDDLE ? 0 : WHITE;
  const flat = new Uint8Array((bytes.length / 4) * 3);
  for (let from = 0, to = 0; from < bytes.length; from += 4) {
    const opacity = bytes[from + 3]! / 255;
    for (let colour = 0; colour < 3; colour++) flat[to++] = Math.round(bytes[from + colour]! * opacity + background * (1 - opacity));
  }
  return { bytes: flat, channels: 3 };
}

/** Mean of all colours, each pixel counting by its opacity. */
function meanInk(rgba: Uint8Array): number {
  let sum = 0;
  let weight = 0;
  for (let pixel = 0; pixel < rgba.length; pixel += 4) {
    const opacity = rgba[pixel + 3]!;
    sum += (rgba[pixel]! + rgba[pixel + 1]! + rgba[pixel + 2]!) * opacity;
    weight += opacity * 3;
  }
  return weight === 0 ? 0 : sum / weight;
}

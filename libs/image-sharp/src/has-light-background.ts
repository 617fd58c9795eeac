import type { Pixels } from './read-pixels.js';

/** Whether the outermost pixels are brighter on average than the rest: dark strokes on paper. */
export function hasLightBackground({ bytes, channels }: Pixels, width: number, height: number): boolean {
  let border = 0;
  let middle = 0;
  let borderPixels = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isBorder = y === 0 || y === height - 1 || x === 0 || x === width - 1;
      const brightness = pixelSum(bytes, (y * width + x) * channels, channels);
      if (isBorder) border += brightness;
      else middle += brightness;
      if (isBorder) borderPixels++;
    }
  }
  const middlePixels = width * height - borderPixels;
  return middlePixels > 0 && border / borderPixels > middle / middlePixels;
}

function pixelSum(bytes: Uint8Array, start: number, channels: number): number {
  let sum = 0;
  for (let channel = 0; channel < channels; channel++) sum += bytes[start + channel]!;
  return sum;
}

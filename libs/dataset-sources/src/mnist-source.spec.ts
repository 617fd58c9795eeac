import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mnistSource } from './mnist-source.js';

describe('mnistSource', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mnist-'));
    await writeMnist();
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('reads the packaged digits: 60,000 and 10,000, scaled to [0, 1]', async () => {
    const { training, heldOut, classes, digest } = await mnistSource().read();
    expect(training.inputs.shape).toEqual([60_000, 28, 28, 1]);
    expect(heldOut.inputs.shape).toEqual([10_000, 28, 28, 1]);
    // The first ten training labels, as published with the database.
    expect([...(training.labels.data as Int32Array).subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Math.max(...(training.inputs.data as Float32Array).subarray(0, 784))).toBe(1);
    expect(classes).toBe(10);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('gives another digest to other files', async () => {
    const before = (await mnistSource(folder).read()).digest;
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), labelsFile([4]));
    expect((await mnistSource(folder).read()).digest).not.toBe(before);
  });

  it('refuses a file with the wrong magic number, naming it', async () => {
    await writeFile(join(folder, 'train-images-idx3-ubyte'), labelsFile([1]));
    await expect(mnistSource(folder).read()).rejects.toThrow('The file "train-images-idx3-ubyte" begins with');
  });

  it('refuses a file that is cut short', async () => {
    await writeFile(join(folder, 'train-images-idx3-ubyte'), imagesFile(1).subarray(0, 500));
    await expect(mnistSource(folder).read()).rejects.toThrow('holds 484 bytes; its header announces 784');
  });

  it('refuses as many labels as there are no images for', async () => {
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), labelsFile([1, 2]));
    await expect(mnistSource(folder).read()).rejects.toThrow('they must be as many');
  });

  it('refuses a label that is no digit', async () => {
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), labelsFile([10]));
    await expect(mnistSource(folder).read()).rejects.toThrow('the label 10');
  });

  async function writeMnist(): Promise<void> {
    for (const part of ['train', 't10k']) {
      await writeFile(join(folder, `${part}-images-idx3-ubyte`), imagesFile(1));
      await writeFile(join(folder, `${part}-labels-idx1-ubyte`), labelsFile([7]));
    }
  }
});

function imagesFile(rows: number): Buffer {
  const header = Buffer.alloc(16);
  [0x803, rows, 28, 28].forEach((value, index) => header.writeUInt32BE(value, 4 * index));
  return Buffer.concat([header, Buffer.alloc(rows * 784, 128)]);
}

function labelsFile(labels: readonly number[]): Buffer {
  const header = Buffer.alloc(8);
  [0x801, labels.length].forEach((value, index) => header.writeUInt32BE(value, 4 * index));
  return Buffer.concat([header, Buffer.from(labels)]);
}

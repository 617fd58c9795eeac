import { describe, expect, it } from '@jest/globals';
import { tensor } from '@switchyard/tensor';
import type { Dataset } from './dataset.js';
import { decodeSnapshot, encodeSnapshot } from './dataset-snapshot.js';

describe('dataset snapshot', () => {
  it('gives back numbers of any kind without loss', () => {
    const dataset = datasetOf(Float32Array.of(-1.5, 0, 3.25, 1e-30));
    expect(decodeSnapshot(encodeSnapshot(dataset))).toEqual(dataset);
  });

  it('keeps pixels as bytes, and gives every one of them back exactly', () => {
    const pixels = Float32Array.from({ length: 256 }, (_, pixel) => pixel / 255);
    const files = encodeSnapshot(datasetOf(pixels));
    // 1,024 bytes of labels, 256 of pixels, and the header.
    expect(files.get('training.frame')?.byteLength).toBeLessThan(1_024 + 256 + 256);
    expect(decodeSnapshot(files).training.inputs.data).toEqual(pixels);
  });

  it('says which file is missing', () => {
    const files = new Map(encodeSnapshot(datasetOf(Float32Array.of(1))));
    files.delete('held-out.frame');
    expect(() => decodeSnapshot(files)).toThrow('A dataset snapshot lacks its file "held-out.frame".');
  });
});

function datasetOf(values: Float32Array): Dataset {
  const rows = { inputs: tensor('float32', [values.length, 1], values), labels: tensor('int32', [values.length], new Int32Array(values.length)) };
  return { name: 'numbers', digest: 'e'.repeat(64), classes: 2, training: rows, heldOut: rows };
}

import { describe, expect, it } from '@jest/globals';
import type { Manifest } from '@switchyard/model-registry';
import { scoresToKeep } from './scores-to-keep.js';

type Version = Pick<Manifest, 'version' | 'metrics' | 'lineage'>;

function version(number: number, accuracy: number, lineage: Partial<Manifest['lineage']> = {}): Version {
  return { version: number, metrics: { accuracy }, lineage: { runId: null, datasetName: 'digits', datasetDigest: null, parentVersion: null, ...lineage } };
}

const accuracies = (versions: readonly Version[], champion: number | null): number[] => scoresToKeep(versions, champion, 'digits').map(({ accuracy }) => accuracy!);

describe('scoresToKeep', () => {
  it('is nothing while there is no champion', () => {
    expect(accuracies([version(1, 0.9)], null)).toEqual([]);
    expect(accuracies([version(1, 0.9)], 2)).toEqual([]);
  });

  it('is the champion’s own where it learnt from no uploads', () => {
    expect(accuracies([version(1, 0.99), version(2, 0.97, { parentVersion: 1 })], 2)).toEqual([0.97]);
  });

  it('goes back over champions that learnt from uploads to the last that did not', () => {
    const line = [version(1, 0.99), version(2, 0.98, { parentVersion: 1 }), version(3, 0.976, { parentVersion: 2, uploads: 1 }), version(4, 0.972, { parentVersion: 3, uploads: 2 })];
    expect(accuracies(line, 4)).toEqual([0.972, 0.976, 0.98]);
  });

  it('follows the champion’s own descent: what was rolled back is left aside', () => {
    const versions = [version(1, 0.98), version(2, 0.99, { parentVersion: 1, uploads: 1 }), version(3, 0.979, { parentVersion: 1, uploads: 1 })];
    expect(accuracies(versions, 3)).toEqual([0.979, 0.98]);
  });

  it('passes over scores on other held-out rows, and ends at a parent that is gone or no older', () => {
    expect(accuracies([version(1, 0.9), version(2, 0.5, { datasetName: 'letters', parentVersion: 1, uploads: 1 })], 2)).toEqual([0.9]);
    expect(accuracies([version(5, 0.9, { parentVersion: 4, uploads: 1 })], 5)).toEqual([0.9]);
    expect(accuracies([version(5, 0.9, { parentVersion: 5, uploads: 1 })], 5)).toEqual([0.9]);
  });
});

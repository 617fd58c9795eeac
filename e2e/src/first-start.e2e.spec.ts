import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestSchema, type Manifest } from '@switchyard/model-registry';
import { firstStart, type FirstStart } from './stack/first-start.js';

let start: FirstStart;
const manifestOf = async (model: string): Promise<Manifest> =>
  manifestSchema.parse(JSON.parse(await readFile(join(start.objectsDirectory, 'models', model, 'versions', '1', 'manifest.json'), 'utf8')));

beforeAll(async () => {
  start = await firstStart();
}, 400_000);

describe('the first start on an empty store', () => {
  // About a minute on two quiet cores; a machine that is shared may take three times as long.
  it('trains, gates, compiles and publishes both models within minutes', () => {
    process.stderr.write(`first start: ${(start.durationMs / 1_000).toFixed(1)} s to two serving models\n`);
    expect(start.durationMs).toBeLessThan(300_000);
  });

  it('reaches 98.5 % on the digits it never saw', async () => {
    const { metrics } = await manifestOf('mnist');
    process.stderr.write(`mnist: ${((metrics['accuracy'] ?? 0) * 100).toFixed(2)} % on the test set\n`);
    expect(metrics['accuracy']).toBeGreaterThanOrEqual(0.985);
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['accuracy', 'precision', 'recall', 'f1']));
  });

  it.each(['mnist', 'simple_classifier'])('publishes %s in both forms, the compiled one first, with parity and lineage', async (model) => {
    const manifest = await manifestOf(model);
    expect(manifest.artifacts.map(({ format }) => format)).toEqual(['onnx', 'tfjs-layers']);
    expect(manifest.compilation).toMatchObject({ compiled: true });
    expect(manifest.compilation?.maxAbsDifference).toBeLessThanOrEqual(1e-5);
    expect(manifest.lineage).toMatchObject({ parentVersion: null, datasetDigest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('reports every step and every epoch', () => {
    const steps = start.progress.filter(({ pipeline }) => pipeline === 'mnist').map(({ step }) => step);
    expect([...new Set(steps)]).toEqual(['dataset', 'fit', 'evaluate', 'gate', 'compile', 'publish']);
    expect(start.progress.filter(({ pipeline, step }) => pipeline === 'mnist' && step === 'fit').length).toBeGreaterThanOrEqual(2);
  });
});

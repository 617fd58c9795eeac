import { describe, expect, it } from '@jest/globals';
import { watchedModelConfigSchema } from '@switchyard/model-import';
import { manifestSchema, type CatalogModel } from '@switchyard/model-registry';
import { wantedAliases } from './wanted-aliases.js';

const tensor = { name: 'x', dtype: 'float32', shape: [-1, 1] };
const manifest = (version: number, sourceVersion: number | null) => manifestSchema.parse({
  name: 'm', version, createdAt: '2026-01-01T00:00:00Z', signature: { inputs: [tensor], outputs: [tensor] },
  artifacts: [{ format: 'onnx', files: [{ path: 'onnx/model.onnx', bytes: 1, sha256: '0'.repeat(64) }] }],
  lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null }, origin: { importId: `i${version}`, sourceVersion },
});

/** Own version 1 was uploaded; 2, 3 and 4 come from the folders 10, 20 and 30. */
function model(aliases: Record<string, number>): CatalogModel {
  return { name: 'm', serving: { aliases, revision: 1 }, batching: {}, versions: [manifest(1, null), manifest(2, 10), manifest(3, 20), manifest(4, 30)] };
}

describe('wantedAliases', () => {
  it('keeps what the policy asks for, and lets go of the rest', () => {
    const config = watchedModelConfigSchema.parse({ model_version_policy: { latest: { num_versions: 2 } } });
    const aliases = { champion: 4, 'source-10': 2, 'source-20': 3, mine: 1 };
    expect(wantedAliases({ versions: [10, 20, 30], config }, model(aliases))).toEqual([{ alias: 'source-30', version: 4 }, { alias: 'source-10', version: null }]);
    expect(wantedAliases({ versions: [20, 30], config }, model({ 'source-20': 3, 'source-30': 4 }))).toEqual([]);
  });

  it('lets nothing go while what takes its place is not there yet', () => {
    const config = watchedModelConfigSchema.parse({ model_version_policy: { latest: { num_versions: 1 } } });
    expect(wantedAliases({ versions: [10, 20, 30, 40], config }, model({ 'source-30': 4 }))).toEqual([]);
  });

  it('sets labels of versions that are there, but never those that are the registry’s', () => {
    const config = watchedModelConfigSchema.parse({ model_version_policy: { all: {} }, version_labels: { stable: 20, canary: 99, champion: 10 } });
    const aliases = { 'source-10': 2, 'source-20': 3, 'source-30': 4 };
    expect(wantedAliases({ versions: [10, 20, 30], config }, model(aliases))).toEqual([{ alias: 'stable', version: 3 }]);
    expect(wantedAliases({ versions: [10, 20, 30], config }, model({ ...aliases, stable: 3 }))).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import type { WorkerLease } from '@switchyard/inference';
import { catalogSchema, type CatalogSource } from '@switchyard/model-registry';
import { ServableStates } from './servable-states.js';

const manifest = (version: number): object => ({
  name: 'm', version, createdAt: '2026-01-01T00:00:00Z',
  signature: { inputs: [{ name: 'x', dtype: 'float32', shape: [-1] }], outputs: [{ name: 'y', dtype: 'float32', shape: [-1] }] },
  artifacts: [{ format: 'onnx', files: [{ path: 'onnx/model.onnx', bytes: 1, sha256: '0'.repeat(64) }] }],
  lineage: { runId: null, datasetName: null, datasetDigest: null, parentVersion: null },
});

/** Three versions of a model, of which the aliases point to some, and workers have loaded some. */
function statesWith(aliases: Record<string, number>, loaded: readonly number[]): ServableStates {
  const catalog = catalogSchema.parse({ builtAt: '2026-01-01T00:00:00Z', models: [{ name: 'm', serving: { aliases, revision: 1 }, versions: [1, 2, 3].map(manifest) }] });
  const source: CatalogSource = { current: () => catalog, onChange: () => () => undefined, close: () => Promise.resolve() };
  const leases: WorkerLease[] = [{ id: 'w', models: loaded.map((version) => ({ name: 'm', version, engine: 'onnx' })) }];
  return new ServableStates({ catalog: source, workers: { current: () => leases, refresh: () => Promise.resolve(leases), close: () => Promise.resolve() } });
}

const ALL = { name: 'm', choice: undefined };

describe('ServableStates', () => {
  it('tells of every version that is served or still loaded, newest first', () => {
    expect(statesWith({ champion: 3, previous: 2 }, [1, 2]).of(ALL)).toEqual([
      { version: 3, state: 'LOADING' }, { version: 2, state: 'AVAILABLE' }, { version: 1, state: 'UNLOADING' },
    ]);
  });

  it('tells of one version by its number, also when it has ended, and by its alias', () => {
    const states = statesWith({ champion: 3 }, [3]);
    expect(states.of({ name: 'm', choice: { version: 1 } })).toEqual([{ version: 1, state: 'END' }]);
    expect(states.of({ name: 'm', choice: { alias: 'champion' } })).toEqual([{ version: 3, state: 'AVAILABLE' }]);
  });

  it.each([
    [{ name: 'm', choice: { version: 4 } }, 'version-not-found'],
    [{ name: 'm', choice: { alias: '__proto__' } }, 'version-not-found'],
    [{ name: 'n', choice: undefined }, 'model-not-found'],
  ])('refuses %j', (spec, kind) => {
    expect(() => statesWith({ champion: 3 }, [3]).of(spec)).toThrow(expect.objectContaining({ kind }));
  });

  it('has nothing to tell of a model that nothing serves', () => {
    expect(() => statesWith({}, []).of(ALL)).toThrow(expect.objectContaining({ kind: 'version-not-found' }));
  });
});

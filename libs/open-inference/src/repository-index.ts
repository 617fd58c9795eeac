import { workersServing, type WorkerLease } from '@switchyard/inference';
import { servedVersions, type Catalog, type CatalogModel } from '@switchyard/model-registry';

/** States of a version that Triton's model repository knows and we have. */
export type RepositoryState = 'READY' | 'LOADING' | 'UNAVAILABLE';

/** One version in the index: https://github.com/triton-inference-server/server/blob/main/docs/protocol/extension_model_repository.md#index */
export interface RepositoryEntry {
  readonly name: string;
  readonly version: string;
  readonly state: RepositoryState;
  /** Why it is in this state, where that is not plain. */
  readonly reason: string;
}

/** Every published version: ready once a live worker has it loaded, loading while one is awaited, unavailable when nothing asks for it. */
export function repositoryIndex(catalog: Catalog, leases: readonly WorkerLease[]): RepositoryEntry[] {
  return catalog.models.flatMap((model) => {
    const served = servedVersions(model);
    return model.versions.map(({ name, version }) => ({ name, version: String(version), ...stateOf(model, version, { served, leases }) }));
  });
}

function stateOf(model: CatalogModel, version: number, { served, leases }: { served: readonly number[]; leases: readonly WorkerLease[] }): Pick<RepositoryEntry, 'state' | 'reason'> {
  if (!served.includes(version)) return { state: 'UNAVAILABLE', reason: model.serving.unloaded ? 'unloaded' : 'no alias points to it' };
  return workersServing(leases, model.name, version) > 0 ? { state: 'READY', reason: '' } : { state: 'LOADING', reason: '' };
}

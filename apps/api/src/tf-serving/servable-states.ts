import { ServingError } from '@switchyard/errors';
import { workersServing, type WorkerDirectory } from '@switchyard/inference';
import { findModel, servedVersions, type CatalogModel, type CatalogSource } from '@switchyard/model-registry';
import type { ServableSpec, ServableState, VersionState } from '@switchyard/protocol-tf-serving';

/** What TF Serving tells of a model's versions, from what the catalog asks for and what the workers have loaded. */
export class ServableStates {
  readonly #catalog: CatalogSource;
  readonly #workers: WorkerDirectory;

  constructor({ catalog, workers }: { readonly catalog: CatalogSource; readonly workers: WorkerDirectory }) {
    this.#catalog = catalog;
    this.#workers = workers;
  }

  /**
   * The chosen version, or else every version that is served, or still loaded though nothing points to it any more; newest first.
   * @throws ServingError `model-not-found`, `version-not-found` when there is no such version or alias, or nothing of the model is served.
   */
  of({ name, choice }: ServableSpec): VersionState[] {
    const model = findModel(this.#catalog.current(), name);
    if (choice === undefined) return this.#allOf(model);
    const version = 'version' in choice ? choice.version : aliasedVersion(model, choice.alias);
    if (!model.versions.some((manifest) => manifest.version === version)) throw new ServingError('version-not-found', `Model "${name}" has no version ${version}.`);
    return [{ version, state: this.#stateOf(model, version) }];
  }

  #allOf(model: CatalogModel): VersionState[] {
    const served = servedVersions(model);
    const versions = model.versions.map(({ version }) => version).filter((version) => served.includes(version) || this.#isLoaded(model, version));
    if (versions.length === 0) throw new ServingError('version-not-found', `No version of model "${model.name}" is served.`);
    return versions.sort((a, b) => b - a).map((version) => ({ version, state: this.#stateOf(model, version) }));
  }

  /** A version is available once a live worker has it loaded and warm. */
  #stateOf(model: CatalogModel, version: number): ServableState {
    const loaded = this.#isLoaded(model, version);
    if (servedVersions(model).includes(version)) return loaded ? 'AVAILABLE' : 'LOADING';
    return loaded ? 'UNLOADING' : 'END';
  }

  #isLoaded({ name }: CatalogModel, version: number): boolean {
    return workersServing(this.#workers.current(), name, version) > 0;
  }
}

function aliasedVersion({ name, serving }: CatalogModel, alias: string): number {
  const version = Object.hasOwn(serving.aliases, alias) ? serving.aliases[alias] : undefined;
  if (version === undefined) throw new ServingError('version-not-found', `Model "${name}" has no alias "${alias}".`);
  return version;
}

import { workersServing, type WorkerDirectory } from '@switchyard/inference';
import { CHAMPION, type CatalogSource, type Manifest } from '@switchyard/model-registry';
import { chooseVersion } from '../predictions/choose-version.js';

export interface DefaultModelSources {
  readonly catalog: CatalogSource;
  readonly workers: WorkerDirectory;
}

/** The state of the model that images are classified with unless a caller names another. */
export interface DefaultModel {
  readonly name: string;
  /** The version that answers; null while there is no such model, or none of its versions is promoted. */
  readonly manifest: Manifest | null;
  /** Whether a live worker has it loaded. */
  readonly isLoaded: boolean;
}

/** Looks, and never throws: clients ask for health and statistics also while there is no model yet. */
export function defaultModel(name: string, { catalog, workers }: DefaultModelSources): DefaultModel {
  const model = catalog.current().models.find((candidate) => candidate.name === name);
  if (model?.serving.aliases[CHAMPION] === undefined) return { name, manifest: null, isLoaded: false };
  const manifest = chooseVersion(catalog.current(), workers.current(), name, undefined);
  return { name, manifest, isLoaded: workersServing(workers.current(), name, manifest.version) > 0 };
}

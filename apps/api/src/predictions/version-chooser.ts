import type { WorkerDirectory, WorkerLease } from '@switchyard/inference';
import type { Catalog, CatalogSource, Manifest, VersionChoice } from '@switchyard/model-registry';
import { chooseVersion } from './choose-version.js';

/** `chooseVersion`, remembered for as long as neither the catalog nor the workers have changed: requests ask far more often than those change. */
export class VersionChooser {
  #catalog: Catalog | undefined;
  #leases: readonly WorkerLease[] | undefined;
  /** Only what exists, so that it is no longer than the catalog. */
  readonly #chosen = new Map<string, Manifest>();

  constructor(
    private readonly catalog: CatalogSource,
    private readonly workers: WorkerDirectory,
  ) {}

  /** @throws ServingError as `chooseVersion`. */
  choose(model: string, choice: VersionChoice): Manifest {
    const catalog = this.catalog.current();
    const leases = this.workers.current();
    if (catalog !== this.#catalog || leases !== this.#leases) this.#chosen.clear();
    this.#catalog = catalog;
    this.#leases = leases;
    const key = keyOf(model, choice);
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const manifest = chooseVersion(catalog, leases, model, choice);
    this.#chosen.set(key, manifest);
    return manifest;
  }
}

/** Neither names nor aliases hold a line feed. */
function keyOf(model: string, choice: VersionChoice): string {
  if (choice === undefined) return model;
  return 'alias' in choice ? `${model}\n${choice.alias}` : `${model}\n\n${choice.version}`;
}

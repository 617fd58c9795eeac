import { workersServing, type WorkerLease } from '@switchyard/inference';
import { CHAMPION, PREVIOUS, findModel, resolveVersion, type Catalog, type Manifest, type VersionChoice } from '@switchyard/model-registry';

/**
 * The version that answers: what the caller chose, else the champion. While no worker has a new champion loaded yet, the previous
 * one goes on serving, so that a promotion costs nobody a request (TF Serving calls this availability-preserving).
 * @throws ServingError `model-not-found`, `version-not-found` or `model-not-ready`.
 */
export function chooseVersion(catalog: Catalog, leases: readonly WorkerLease[], name: string, choice: VersionChoice): Manifest {
  const model = findModel(catalog, name);
  const chosen = resolveVersion(model, choice);
  if (choice !== undefined || workersServing(leases, name, chosen.version) > 0) return chosen;
  const previous = model.serving.aliases[PREVIOUS];
  const fallback = model.versions.find(({ version }) => version === previous);
  return fallback !== undefined && workersServing(leases, name, fallback.version) > 0 ? fallback : chosen;
}

/** Whether some worker could answer for the model's champion, or the version that stands in for it; a model without one is not waited for. */
export function isServed(catalog: Catalog, leases: readonly WorkerLease[], name: string): boolean {
  const model = findModel(catalog, name);
  if (model.serving.aliases[CHAMPION] === undefined || model.serving.unloaded === true) return true;
  return workersServing(leases, name, chooseVersion(catalog, leases, name, undefined).version) > 0;
}

import { ServingError } from '@switchyard/errors';
import { hasArrived, type Catalog, type CatalogModel } from './catalog.js';
import type { Manifest } from './manifest.js';

/** Which version of a model a caller wants: the champion unless a number or an alias is given. */
export type VersionChoice = { readonly version: number } | { readonly alias: string } | undefined;

export const CHAMPION = 'champion';
export const PREVIOUS = 'previous';

const SOURCE_ALIAS = 'source-';

/** The alias of the version that has this number in the watched folder it comes from; with nothing, how all of them begin. */
export function sourceAlias(sourceVersion: number | ''): string {
  return `${SOURCE_ALIAS}${sourceVersion}`;
}

/** Names that do not exist may be as long as a URL. */
const SHOWN_NAME_LENGTH = 100;

/** @throws ServingError `model-not-found` naming the models there are; `model-not-ready` before the first catalog. */
export function findModel(catalog: Catalog, name: string): CatalogModel {
  const model = catalog.models.find((candidate) => candidate.name === name);
  if (model !== undefined) return model;
  if (!hasArrived(catalog)) throw new ServingError('model-not-ready', 'The catalog of models has not arrived yet; please try again shortly.', { retryAfterMs: 1_000 });
  const known = catalog.models.map((candidate) => `"${candidate.name}"`).join(', ') || 'none yet';
  throw new ServingError('model-not-found', `There is no model "${name.slice(0, SHOWN_NAME_LENGTH)}"; the models are: ${known}.`);
}

/** Versions that some alias points to, ascending: exactly these are kept loaded. None of a model that was unloaded. */
export function servedVersions(model: CatalogModel): number[] {
  if (model.serving.unloaded === true) return [];
  return [...new Set(Object.values(model.serving.aliases))].sort((a, b) => a - b);
}

/** @throws ServingError `version-not-found` when the version does not exist or no alias keeps it loaded; `model-not-ready` when nothing is promoted yet. */
export function resolveVersion(model: CatalogModel, choice: VersionChoice): Manifest {
  if (model.serving.unloaded === true) {
    throw new ServingError('version-not-found', `Model "${model.name}" has been unloaded, so none of its versions is served; load it or promote a version to serve it again.`);
  }
  const version = chosenVersion(model, choice);
  const manifest = model.versions.find((candidate) => candidate.version === version);
  if (manifest !== undefined && servedVersions(model).includes(version)) return manifest;
  throw new ServingError('version-not-found', `Version ${version} of model "${model.name}" is not being served; served versions: ${servedVersions(model).join(', ') || 'none'}.`);
}

function chosenVersion(model: CatalogModel, choice: VersionChoice): number {
  if (choice !== undefined && 'version' in choice) return numberedVersion(model, choice.version);
  const alias = choice?.alias ?? CHAMPION;
  const version = Object.hasOwn(model.serving.aliases, alias) ? model.serving.aliases[alias] : undefined;
  if (version !== undefined) return version;
  if (alias === CHAMPION) throw new ServingError('model-not-ready', `Model "${model.name}" has no promoted version yet.`, { retryAfterMs: 5_000 });
  throw new ServingError('version-not-found', `Model "${model.name}" has no alias "${alias}"; its aliases: ${Object.keys(model.serving.aliases).join(', ') || 'none'}.`);
}

/**
 * A number means the number that the version has where it comes from, if the model comes from there: clients of TensorFlow Serving ask for
 * the names of folders. Both countings at once would answer some with a version that they did not mean.
 */
function numberedVersion({ name, serving: { aliases } }: CatalogModel, number: number): number {
  const sources = Object.keys(aliases).filter((alias) => alias.startsWith(SOURCE_ALIAS));
  if (sources.length === 0) return number;
  const version = aliases[sourceAlias(number)];
  if (version !== undefined) return version;
  const served = sources.map((alias) => alias.slice(SOURCE_ALIAS.length)).join(', ');
  throw new ServingError('version-not-found', `Version ${number} of model "${name}" is not being served; served versions of its folder: ${served}.`);
}

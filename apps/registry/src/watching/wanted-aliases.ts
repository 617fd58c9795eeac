import { PREVIOUS, CHAMPION, sourceAlias, type CatalogModel } from '@switchyard/model-registry';
import { chosenVersions } from '@switchyard/model-import';
import type { WatchedModel } from './watched-folders.js';

export interface AliasWish {
  readonly alias: string;
  /** Null removes it. */
  readonly version: number | null;
}

const OWN: readonly string[] = [CHAMPION, PREVIOUS];

/**
 * The changes that make a model's aliases what its folder asks for: `source-<n>` for each version of the policy, which keeps it loaded and
 * lets callers ask for it by its folder's name, and the labels. A version that has left the folder or the policy loses its alias,
 * but only once those that take its place are there.
 */
export function wantedAliases({ versions, config }: Pick<WatchedModel, 'versions' | 'config'>, model: CatalogModel): AliasWish[] {
  const published = new Map(model.versions.flatMap(({ version, origin }) => (origin?.sourceVersion == null ? [] : [[origin.sourceVersion, version] as const])));
  const wanted = new Map<string, number>();
  const chosen = chosenVersions(versions, config.model_version_policy);
  for (const number of chosen) setIfKnown(wanted, sourceAlias(number), published.get(number));
  for (const [label, number] of Object.entries(config.version_labels)) if (!OWN.includes(label)) setIfKnown(wanted, label, published.get(number));
  const { aliases } = model.serving;
  const changed = [...wanted].filter(([alias, version]) => aliases[alias] !== version).map(([alias, version]) => ({ alias, version }));
  if (!chosen.every((number) => published.has(number))) return changed;
  const gone = Object.keys(aliases).filter((alias) => alias.startsWith(sourceAlias('')) && !wanted.has(alias)).map((alias) => ({ alias, version: null }));
  return [...changed, ...gone];
}

function setIfKnown(wanted: Map<string, number>, alias: string, version: number | undefined): void {
  if (version !== undefined) wanted.set(alias, version);
}

import { readJson, type ObjectStore } from '@switchyard/object-store';
import type { Catalog, CatalogModel } from './catalog.js';
import { manifestSchema, type Manifest } from './manifest.js';
import { MODELS_PREFIX, parseManifestKey } from './registry-keys.js';
import { readServing } from './serving-log.js';

/** Everything the store holds, as one value. An object that is no manifest is left out and named to `onInvalid`: one bad model must not hide the others. */
export async function readCatalog(store: ObjectStore, builtAt: string, onInvalid: (key: string) => void): Promise<Catalog> {
  const versions = new Map<string, Manifest[]>();
  for await (const key of store.list(MODELS_PREFIX)) {
    const found = parseManifestKey(key);
    if (found === null) continue;
    const manifest = manifestSchema.safeParse(await readJson(store, key));
    if (manifest.success) versions.set(found.model, [...(versions.get(found.model) ?? []), manifest.data]);
    else onInvalid(key);
  }
  const models: CatalogModel[] = [];
  for (const [name, manifests] of versions) {
    models.push({ name, serving: await readServing(store, name), versions: manifests.sort((a, b) => a.version - b.version) });
  }
  return { builtAt, models };
}

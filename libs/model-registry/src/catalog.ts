import { z } from 'zod';
import { batchingLimitsSchema } from './batching-limits.js';
import { manifestSchema } from './manifest.js';
import { aliasSchema, modelNameSchema, modelVersionSchema } from './model-name.js';

/** `models/<name>/serving.json`: what serves now. Replaced atomically; `revision` counts replacements. */
export const servingStateSchema = z.object({
  aliases: z.record(aliasSchema, modelVersionSchema),
  revision: z.number().int().min(0),
  /** There only when the model was unloaded: its aliases stay as they are, but none keeps a version loaded until the next promotion. */
  unloaded: z.literal(true).optional(),
});

export const catalogModelSchema = z.object({
  name: modelNameSchema,
  serving: servingStateSchema,
  /** What an operator has set for its batches. */
  batching: batchingLimitsSchema.default({}),
  /** Every published version, oldest first. */
  versions: z.array(manifestSchema),
});

/** All models as one value: built by the registry from the object store, handed to every service through Redis. */
export const catalogSchema = z.object({
  builtAt: z.iso.datetime(),
  models: z.array(catalogModelSchema),
});

export type ServingState = z.infer<typeof servingStateSchema>;
export type CatalogModel = z.infer<typeof catalogModelSchema>;
export type Catalog = z.infer<typeof catalogSchema>;

/** What a service knows before the first snapshot has reached it: nothing, not even that there are no models. */
export const EMPTY_CATALOG: Catalog = { builtAt: new Date(0).toISOString(), models: [] };

export function hasArrived(catalog: Catalog): boolean {
  return catalog.builtAt !== EMPTY_CATALOG.builtAt;
}

export function modelNames(catalog: Catalog): string[] {
  return catalog.models.map(({ name }) => name);
}

/** The catalog as a service sees it: always the newest snapshot that arrived, kept while Redis is away. */
export interface CatalogSource {
  current(): Catalog;
  /** Calls `listener` after each change; the returned function ends it. */
  onChange(listener: (catalog: Catalog) => void): () => void;
  close(): Promise<void>;
}

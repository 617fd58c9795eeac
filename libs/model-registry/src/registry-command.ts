import { z } from 'zod';
import { batchingChangeSchema } from './batching-limits.js';
import { versionDraftSchema } from './manifest.js';
import { aliasSchema, modelNameSchema, modelVersionSchema } from './model-name.js';

/** Name of the BullMQ queue on which the registry takes its commands. */
export const REGISTRY_QUEUE = 'registry';

const change = { model: modelNameSchema, by: z.string().min(1).max(200), why: z.string().max(1_000).default('') };

/** What may be asked of the registry. A command may be delivered twice: each is idempotent. */
export const registryCommandSchema = z.discriminatedUnion('command', [
  /** Adds a version whose files already lie under `stagedUnder` in the object store; promotes it when `promote`. Repeating it with the same `lineage.runId` returns the version already made. */
  z.object({ command: z.literal('publish'), ...change, draft: versionDraftSchema, stagedUnder: z.string(), promote: z.boolean() }),
  /** Points `champion` at `version` and `previous` at the old champion. */
  z.object({ command: z.literal('promote'), ...change, version: modelVersionSchema }),
  /** Points `champion` at `version`, by default at `previous`. */
  z.object({ command: z.literal('rollback'), ...change, version: modelVersionSchema.optional() }),
  /** Points an alias of the user's own at `version`, or removes it when null; `champion` is promoted, `previous` is the registry's. */
  z.object({ command: z.literal('set-alias'), ...change, alias: aliasSchema, version: modelVersionSchema.nullable() }),
  /** Stops serving the model, whatever its aliases point to; the next promotion serves it again. */
  z.object({ command: z.literal('unload'), ...change }),
  /** Sets limits of the model's batches, while it serves. */
  z.object({ command: z.literal('set-batching'), ...change, limits: batchingChangeSchema }),
]);

export type RegistryCommand = z.infer<typeof registryCommandSchema>;
export type PublishCommand = Extract<RegistryCommand, { command: 'publish' }>;
export type PromoteCommand = Extract<RegistryCommand, { command: 'promote' }>;
export type RollbackCommand = Extract<RegistryCommand, { command: 'rollback' }>;
export type SetBatchingCommand = Extract<RegistryCommand, { command: 'set-batching' }>;
export type SetAliasCommand = Extract<RegistryCommand, { command: 'set-alias' }>;
export type UnloadCommand = Extract<RegistryCommand, { command: 'unload' }>;

/** What a command came to: the version it was about (0 when an alias was removed or the model unloaded) and the aliases afterwards. */
export const registryResultSchema = z.object({ model: modelNameSchema, version: z.number().int().min(0), aliases: z.record(z.string(), modelVersionSchema) });
export type RegistryResult = z.infer<typeof registryResultSchema>;

/** `models/<name>/promotions/<seq>.json`: one change of what serves; append-only. A champion that goes to null says that the model was unloaded. */
export const promotionSchema = z.object({
  sequence: z.number().int().min(1),
  at: z.iso.datetime(),
  by: z.string(),
  why: z.string(),
  alias: aliasSchema,
  /** Of the command that asked for it, so that one delivered twice changes nothing the second time. */
  commandId: z.string(),
  from: modelVersionSchema.nullable(),
  to: modelVersionSchema.nullable(),
});
export type Promotion = z.infer<typeof promotionSchema>;

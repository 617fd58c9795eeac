import { z } from 'zod';
import { ServingError } from '@switchyard/errors';
import { writeJson } from '@switchyard/object-store';
import type { ModelState, RegistryStore } from './model-state.js';
import type { RegistryResult, SetBatchingCommand } from './registry-command.js';
import { batchingKey } from './registry-keys.js';

const limits = {
  /** Rows of a batch, at most; the workers' own bound holds as well. */
  maxBatchRows: z.number().int().min(1).max(4_096),
  /** Rows that may wait in one worker. */
  maxQueuedRows: z.number().int().min(1).max(100_000_000),
  /** Bytes of inputs that may wait in one worker. */
  maxQueuedBytes: z.number().int().min(1_024).max(64 * 1024 ** 3),
  /** How long an idle engine may leave rows waiting for a better batch. */
  maxQueueDelayMs: z.number().min(0).max(10_000),
} as const;

/** What an operator has set for one model; where nothing is set, the workers' configuration holds. */
export const batchingLimitsSchema = z.object(limits).partial();

/** A change of some of them; null goes back to the workers' configuration. */
export const batchingChangeSchema = z.strictObject({
  maxBatchRows: limits.maxBatchRows.nullable().optional(),
  maxQueuedRows: limits.maxQueuedRows.nullable().optional(),
  maxQueuedBytes: limits.maxQueuedBytes.nullable().optional(),
  maxQueueDelayMs: limits.maxQueueDelayMs.nullable().optional(),
});

export type BatchingLimits = z.infer<typeof batchingLimitsSchema>;
export type BatchingChange = z.infer<typeof batchingChangeSchema>;

/** Writes `models/<name>/batching.json`, whole; the same change twice is the same file. @throws ServingError `model-not-found` */
export async function setBatching({ store }: RegistryStore, model: ModelState, { limits: change }: SetBatchingCommand): Promise<RegistryResult> {
  if (model.versions.length === 0) throw new ServingError('model-not-found', `There is no model "${model.name}".`);
  const set = Object.entries({ ...model.batching, ...change }).filter(([, value]) => value !== null && value !== undefined);
  await writeJson(store, batchingKey(model.name), Object.fromEntries(set));
  return { model: model.name, version: 0, aliases: model.serving.aliases };
}

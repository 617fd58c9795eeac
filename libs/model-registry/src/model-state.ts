import { writeJson, type ObjectStore } from '@switchyard/object-store';
import { NOTHING_SERVES, applyPromotion } from './apply-promotion.js';
import { batchingLimitsSchema, type BatchingLimits } from './batching-limits.js';
import { servingStateSchema, type ServingState } from './catalog.js';
import { mapConcurrently } from './map-concurrently.js';
import { manifestSchema, type Manifest } from './manifest.js';
import { MODELS, batchingKey, groupByModel, manifestKey, modelPrefix, promotionKey, servingKey, type ModelKeys } from './registry-keys.js';
import { readRecord, type InvalidRecordListener } from './read-record.js';
import { promotionSchema, type Promotion } from './registry-command.js';

/** Small reads at once: enough to hide a network's latency, few enough for any store. */
const CONCURRENT_READS = 16;

/** Where a registry reads and writes, and when it is. */
export interface RegistryStore {
  readonly store: ObjectStore;
  /** Wall time in milliseconds since 1970. */
  readonly now: () => number;
  readonly onInvalid: InvalidRecordListener;
}

/** Everything the store says about a model. */
export interface ModelState {
  readonly name: string;
  /** Oldest first. */
  readonly versions: readonly Manifest[];
  /** Version numbers ever given to a manifest, readable or not, ascending: none is given again. */
  readonly numbers: readonly number[];
  /** Numbers of the promotion log, ascending. */
  readonly sequences: readonly number[];
  /** The sum of the whole log. */
  readonly serving: ServingState;
  /** Whether `serving.json` lags behind the log: a crash came between the two. */
  readonly servingLags: boolean;
  /** What an operator has set for its batches. */
  readonly batching: BatchingLimits;
}

export async function readModels(from: RegistryStore): Promise<ModelState[]> {
  const models = [...(await groupByModel(from.store.list(MODELS)))];
  const states: ModelState[] = [];
  for (const [name, keys] of models) states.push(await readState(from, name, keys));
  return states;
}

/** A model nobody has published yet has no versions. */
export async function readModel(from: RegistryStore, name: string): Promise<ModelState> {
  const models = await groupByModel(from.store.list(modelPrefix(name)));
  return readState(from, name, models.get(name) ?? { versions: [], sequences: [] });
}

/** The entries with these numbers, in order; damaged ones are left out. */
export async function readPromotions({ store, onInvalid }: RegistryStore, model: string, sequences: readonly number[]): Promise<Promotion[]> {
  const entries = await mapConcurrently(sequences, CONCURRENT_READS, (sequence) =>
    readRecord(store, promotionKey(model, sequence), promotionSchema.refine((entry) => entry.sequence === sequence, 'carries another sequence'), onInvalid),
  );
  return entries.filter((entry) => entry !== null);
}

/** Makes `serving.json` what the log says. */
export async function repairServing({ store }: RegistryStore, model: ModelState): Promise<void> {
  if (model.servingLags) await writeJson(store, servingKey(model.name), model.serving);
}

async function readState(from: RegistryStore, name: string, { versions: numbers, sequences }: ModelKeys): Promise<ModelState> {
  const { store, onInvalid } = from;
  const manifests = await mapConcurrently(numbers, CONCURRENT_READS, (version) =>
    readRecord(store, manifestKey(name, version), manifestSchema.refine((manifest) => manifest.name === name && manifest.version === version, 'belongs to another version'), onInvalid),
  );
  const written = (await readRecord(store, servingKey(name), servingStateSchema, onInvalid)) ?? NOTHING_SERVES;
  const pending = await readPromotions(from, name, sequences.filter((sequence) => sequence > written.revision));
  return {
    name,
    versions: manifests.filter((manifest) => manifest !== null),
    numbers,
    sequences,
    serving: pending.reduce(applyPromotion, written),
    servingLags: pending.length > 0,
    batching: (await readRecord(store, batchingKey(name), batchingLimitsSchema, onInvalid)) ?? {},
  };
}

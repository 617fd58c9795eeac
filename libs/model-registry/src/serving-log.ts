import { ServingError } from '@switchyard/errors';
import { readJson, writeJson, type ObjectStore } from '@switchyard/object-store';
import { servingStateSchema, type ServingState } from './catalog.js';
import { promotionSchema, type Promotion } from './registry-command.js';
import { promotionKey, promotionsPrefix, servingKey } from './registry-keys.js';
import { CHAMPION, PREVIOUS } from './resolve-version.js';

const NOTHING_SERVED: ServingState = { aliases: {}, revision: 0 };

/**
 * What serves, as the log has it. `serving.json` is the log's last state, written after the entry: a crash between the two leaves it
 * behind by one, and the entry counts. So the log alone decides, and nothing needs repair.
 */
export async function readServing(store: ObjectStore, model: string): Promise<ServingState> {
  const stored = await readJson(store, servingKey(model));
  let state = stored === null ? NOTHING_SERVED : servingStateSchema.parse(stored);
  for (let next = await readPromotion(store, model, state.revision + 1); next !== null; next = await readPromotion(store, model, state.revision + 1)) {
    state = applyPromotion(state, next);
  }
  return state;
}

/** Writes one change: the entry first, then the state that follows from it. */
export async function appendPromotion(store: ObjectStore, model: string, state: ServingState, change: Omit<Promotion, 'sequence' | 'from'>): Promise<ServingState> {
  const promotion: Promotion = { ...change, sequence: state.revision + 1, from: state.aliases[change.alias] ?? null };
  await writeJson(store, promotionKey(model, promotion.sequence), promotion);
  const next = applyPromotion(state, promotion);
  await writeJson(store, servingKey(model), next);
  return next;
}

/** Every change of what a model serves, oldest first. */
export async function readPromotions(store: ObjectStore, model: string): Promise<Promotion[]> {
  const promotions: Promotion[] = [];
  for await (const key of store.list(promotionsPrefix(model))) promotions.push(parsePromotion(key, await readJson(store, key)));
  return promotions;
}

/** Changing the champion makes the old one `previous`: the two aliases move in one entry, never apart. */
export function applyPromotion(state: ServingState, { sequence, alias, to }: Promotion): ServingState {
  const aliases = { ...state.aliases };
  const champion = aliases[CHAMPION];
  if (alias === CHAMPION && champion !== undefined && champion !== to) aliases[PREVIOUS] = champion;
  if (to === null) delete aliases[alias];
  else aliases[alias] = to;
  return { aliases, revision: sequence };
}

async function readPromotion(store: ObjectStore, model: string, sequence: number): Promise<Promotion | null> {
  const key = promotionKey(model, sequence);
  const stored = await readJson(store, key);
  return stored === null ? null : parsePromotion(key, stored);
}

function parsePromotion(key: string, stored: unknown): Promotion {
  const result = promotionSchema.safeParse(stored);
  if (result.success) return result.data;
  throw new ServingError('storage-unavailable', `The object "${key}" is no entry of a promotion log.`, { cause: result.error });
}

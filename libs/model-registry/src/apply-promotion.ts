import type { ServingState } from './catalog.js';
import type { Promotion } from './registry-command.js';
import { CHAMPION, PREVIOUS } from './resolve-version.js';

/** No alias points anywhere yet. */
export const NOTHING_SERVES: ServingState = { aliases: {}, revision: 0 };

/**
 * What serves after one more entry of the promotion log. The state is nothing but the sum of the log: `revision` is the sequence of the
 * last entry in it, and `previous` is what the champion was before its last change. A champion of null unloads the model: the aliases are kept
 * for whoever loads it again.
 */
export function applyPromotion({ aliases, unloaded }: ServingState, { alias, from, to, sequence }: Promotion): ServingState {
  if (alias === CHAMPION && to === null) return { aliases, revision: sequence, unloaded: true };
  const next = { ...aliases };
  // Nothing serves before the promotion that loads a model again: then it is what its alias still said.
  const before = from ?? aliases[CHAMPION];
  if (alias === CHAMPION && before !== undefined && before !== to) next[PREVIOUS] = before;
  if (to === null) delete next[alias];
  else next[alias] = to;
  return { aliases: next, revision: sequence, ...(unloaded === true && alias !== CHAMPION ? { unloaded } : {}) };
}

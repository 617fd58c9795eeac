import type { ServingState } from './catalog.js';
import type { Promotion } from './registry-command.js';
import { CHAMPION, PREVIOUS } from './resolve-version.js';

/** No alias points anywhere yet. */
export const NOTHING_SERVES: ServingState = { aliases: {}, revision: 0 };

/**
 * What serves after one more entry of the promotion log. The state is nothing but the sum of the log: `revision` is the sequence of the
 * last entry in it, and `previous` is what the champion was before its last change.
 */
export function applyPromotion({ aliases }: ServingState, { alias, from, to, sequence }: Promotion): ServingState {
  const next = { ...aliases };
  if (alias === CHAMPION && from !== null && from !== to) next[PREVIOUS] = from;
  if (to === null) delete next[alias];
  else next[alias] = to;
  return { aliases: next, revision: sequence };
}

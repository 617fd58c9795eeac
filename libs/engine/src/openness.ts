import type { Signature } from '@switchyard/model-registry';

/** What a model's inputs leave to its users, beside the rows: nothing, some sizes, or even how many dimensions there are. */
export type Openness = 'closed' | 'sizes-open' | 'rank-open';

/**
 * Whether inputs can be made up for a model. Where sizes are open, a guess may be one that the model refuses, which says nothing of the model;
 * where a rank is open, a wrong guess may end the engine's process, and is better not made.
 */
export function opennessOf({ inputs }: Pick<Signature, 'inputs'>): Openness {
  if (inputs.some(({ openRank }) => openRank === true)) return 'rank-open';
  return inputs.some(({ shape }) => shape.includes(-1, 1)) ? 'sizes-open' : 'closed';
}

import type { Evaluation } from './evaluation.js';
import type { Gate } from './pipeline.js';
import type { Scores } from './uploads/scores-to-keep.js';

export interface GateDecision {
  readonly passed: boolean;
  /** A full sentence with the figures. */
  readonly reason: string;
}

/** How much worse than the best champion a model may be that has learnt from uploads: five standard errors of 99 % on 10,000 rows. */
const TOLERATED_LOSS = 0.005;

/**
 * Whether a run's model may serve: its score must reach the gate's minimum.
 * @param toKeep given for a run that has learnt from uploaded pictures, whose labels nobody vouches for: scores of champions on the same
 * held-out rows (`scoresToKeep`), the best of which the model must then keep too.
 */
export function decideGate(gate: Gate, evaluation: Evaluation, toKeep: readonly Scores[] = []): GateDecision {
  const reached = evaluation[gate.metric];
  const known = toKeep.flatMap((scores) => scores[gate.metric] ?? []);
  const best = known.length === 0 ? null : Math.max(...known);
  const floor = best === null ? gate.minimum : Math.max(gate.minimum, best - TOLERATED_LOSS);
  const passed = reached >= floor;
  const champion = best === null ? '' : `, with uploaded pictures at most ${TOLERATED_LOSS * 100} points below the best champion's ${percent(best)}`;
  const figures = `${gate.metric} ${percent(reached)} on ${evaluation.rows} held-out rows, gate ${percent(gate.minimum)}${champion}`;
  return { passed, reason: passed ? `The gate is passed: ${figures}.` : `The gate is not passed, the version before keeps serving: ${figures}.` };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

import type { Evaluation } from './evaluation.js';
import type { Gate } from './pipeline.js';

export interface GateDecision {
  readonly passed: boolean;
  /** A full sentence with the figures. */
  readonly reason: string;
}

/** How much worse than the champion a model may be that has learnt from uploads: five standard errors of 99 % on 10,000 rows. */
const TOLERATED_LOSS = 0.005;

/**
 * Whether a run's model may serve: its score must reach the gate's minimum.
 * @param championScore given for a run that has learnt from uploaded pictures, whose labels nobody vouches for: the champion's score on the same
 * held-out rows, which the model must then keep too.
 */
export function decideGate(gate: Gate, evaluation: Evaluation, championScore: number | null = null): GateDecision {
  const reached = evaluation[gate.metric];
  const floor = championScore === null ? gate.minimum : Math.max(gate.minimum, championScore - TOLERATED_LOSS);
  const passed = reached >= floor;
  const champion = championScore === null ? '' : `, with uploaded pictures at most ${TOLERATED_LOSS * 100} points below the champion's ${percent(championScore)}`;
  const figures = `${gate.metric} ${percent(reached)} on ${evaluation.rows} held-out rows, gate ${percent(gate.minimum)}${champion}`;
  return { passed, reason: passed ? `The gate is passed: ${figures}.` : `The gate is not passed, the version before keeps serving: ${figures}.` };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

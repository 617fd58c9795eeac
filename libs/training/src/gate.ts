import type { Evaluation } from './evaluation.js';
import type { Gate } from './pipeline.js';

export interface GateDecision {
  readonly passed: boolean;
  /** A full sentence with the figures. */
  readonly reason: string;
}

export function decideGate(gate: Gate, evaluation: Evaluation): GateDecision {
  const reached = evaluation[gate.metric];
  const passed = reached >= gate.minimum;
  const figures = `${gate.metric} ${percent(reached)} on ${evaluation.rows} held-out rows, gate ${percent(gate.minimum)}`;
  return { passed, reason: passed ? `The gate is passed: ${figures}.` : `The gate is not passed, the version before keeps serving: ${figures}.` };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

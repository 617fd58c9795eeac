import type { Compilation } from '@switchyard/model-registry';
import { MAX_PARITY_DIFFERENCE } from '@switchyard/training';
import type { TrialOutcome } from './choose-engine.js';

export interface JudgedForm {
  /** Trials of the compiled form that may be chosen: none when it must not be served. */
  readonly agreeing: readonly TrialOutcome[];
  /** What the manifest says of it. */
  readonly compilation: Compilation | null;
}

/** A compiled form is served only where its answers are the original's. @param compilation what compiling came to; null when there was nothing to compile */
export function judgeCompiled(compilation: Compilation | null, trials: readonly TrialOutcome[]): JudgedForm {
  const [trial] = trials;
  if (compilation === null || trial === undefined) return { agreeing: [], compilation };
  if ('error' in trial) return { agreeing: [], compilation: notCompiled(trial.error.message) };
  const { parity } = trial.figures;
  if (parity === null) return { agreeing: [], compilation: notCompiled('No engine could run the original, so there is nothing to compare the compiled form with.') };
  const { maxAbsDifference, rows, sameArgmax } = parity;
  const figures = `largest difference ${maxAbsDifference.toExponential(1)} on ${rows} rows, ${sameArgmax ? 'the same class for each' : 'not the same class for each'}`;
  // Written so that a NaN fails.
  const agrees = sameArgmax && maxAbsDifference <= MAX_PARITY_DIFFERENCE;
  if (!agrees) return { agreeing: [], compilation: { ...notCompiled(`The compiled form disagrees with the original: ${figures}.`), parityRows: rows } };
  return { agreeing: trials, compilation: { format: 'onnx', compiled: true, maxAbsDifference, parityRows: rows, reason: `The compiled form agrees with the original: ${figures}.` } };
}

/** @param reason a full sentence */
export function notCompiled(reason: string): Compilation {
  return { format: 'onnx', compiled: false, maxAbsDifference: null, parityRows: 0, reason };
}

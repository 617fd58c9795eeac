import { opennessOf, type Engine, type LoadedModel } from '@switchyard/engine';
import type { Signature } from '@switchyard/model-registry';
import type { TensorMap } from '@switchyard/tensor';
import type { ModelForm } from '@switchyard/training';
import { trialInputs } from './trial-inputs.js';

/** Batch sizes that are tried: alone, and as a batch. Some models gain from it, others lose. */
export const TRIAL_ROWS = [1, 8] as const;
const RUNS_PER_SIZE = 4;
/** Once this much time is spent, a size is run no more often than once. */
const BUDGET_MS = 3_000;
/** A model that takes this long for one row is not tried on more: it would not be asked for batches either. */
const SLOW_MS = 250;

export interface TrialSubject {
  readonly form: ModelForm;
  readonly signature: Signature;
  readonly signatureName: string;
  /** A clock in milliseconds. */
  readonly now: () => number;
}

export interface TrialRun {
  /** Best run of each size; none where the model leaves sizes open and does not take those that were made up. */
  readonly costs: readonly { readonly rows: number; readonly ms: number }[];
  /** The answers to the largest batch that was tried; a row's are the same in every batch. Empty without costs. */
  readonly answers: TensorMap;
}

/**
 * Loads a model and runs a few batches. Like the warm-up of a worker, it does not hold against a model that leaves sizes open that it
 * refuses ones made up, and makes up none where the rank is open: only a user of the model knows them.
 * Blocks the thread as long as the engine does, and may end its process: for a process of its own.
 * @throws ServingError what the engine says of a model that cannot be loaded or run
 */
export async function runTrial(engine: Engine, { form, signature, signatureName, now }: TrialSubject): Promise<TrialRun> {
  const model = await engine.load({ ...form, signature, signatureName });
  try {
    const openness = opennessOf(signature);
    if (openness === 'rank-open') return UNTRIED;
    const runs = runBatches(model, signature, now);
    return await (openness === 'closed' ? runs : runs.catch(() => UNTRIED));
  } finally {
    await model.dispose();
  }
}

const UNTRIED: TrialRun = { costs: [], answers: new Map() };

async function runBatches(model: LoadedModel, signature: Signature, now: () => number): Promise<TrialRun> {
  const startedMs = now();
  const costs: { rows: number; ms: number }[] = [];
  let answers: TensorMap = new Map();
  for (const rows of TRIAL_ROWS) {
    const inputs = trialInputs(signature, rows);
    let best = await timed(model, inputs, now);
    for (let run = 1; run < RUNS_PER_SIZE && now() - startedMs < BUDGET_MS; run++) {
      const again = await timed(model, inputs, now);
      if (again.ms < best.ms) best = again;
    }
    costs.push({ rows, ms: best.ms });
    answers = best.answers;
    if (best.ms > SLOW_MS) break;
  }
  return { costs, answers };
}

async function timed(model: LoadedModel, inputs: TensorMap, now: () => number): Promise<{ ms: number; answers: TensorMap }> {
  const startedMs = now();
  const answers = await model.run(inputs);
  return { ms: now() - startedMs, answers };
}

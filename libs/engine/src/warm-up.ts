import type { LoadedModel } from './engine.js';
import { opennessOf } from './openness.js';
import { zeroInputs } from './zero-inputs.js';

/** What one run of each batch size costs in milliseconds: what the batching decision weighs. Ascending in rows. */
export type CostTable = ReadonlyMap<number, number>;

export interface WarmUpLimits {
  /** Runs of each size; the best counts. The first run of a size also pays for allocation and graph preparation. */
  readonly runsPerSize: number;
  /** Once this much time is spent, no size is run a second time. */
  readonly budgetMs: number;
}

/** Three runs take out the first run's set-up and one hiccup; two seconds keep a swap of versions short. Chosen. */
const DEFAULT_LIMITS: WarmUpLimits = { runsPerSize: 3, budgetMs: 2_000 };

/**
 * Runs every allowed batch size on zeros, so that no request pays for a first run, and returns what each costs (best run).
 * Every size is run once whatever the time, unless the budget is spent and the last size gained nothing over smaller ones: then larger ones
 * would cost most and be used least. Repeats go in rounds, smallest size first, and end with the budget.
 * @throws ServingError `engine-failed` when the model cannot run one of the sizes: it must not serve.
 */
export async function warmUp(
  model: LoadedModel,
  allowedRows: readonly number[],
  clock: { nowMs(): number },
  limits: WarmUpLimits = DEFAULT_LIMITS,
): Promise<CostTable> {
  const endsAtMs = clock.nowMs() + limits.budgetMs;
  const costs = new Map<number, number>();
  for (const rows of [...new Set(allowedRows)].sort((a, b) => a - b)) {
    if (clock.nowMs() >= endsAtMs && !largestGains(costs)) return costs;
    costs.set(rows, await runOnce(model, rows, clock));
  }
  for (let round = 1; round < limits.runsPerSize; round++) {
    for (const [rows, bestMs] of costs) {
      if (clock.nowMs() >= endsAtMs) return costs;
      costs.set(rows, Math.min(bestMs, await runOnce(model, rows, clock)));
    }
  }
  return costs;
}

/** What a size must save per row to be worth running larger ones that take longer than the budget: first runs scatter more than this. */
const WORTHWHILE_GAIN = 0.9;

function largestGains(costs: CostTable): boolean {
  const perRowMs = [...costs].map(([rows, costMs]) => costMs / rows);
  return (perRowMs.at(-1) ?? 0) < WORTHWHILE_GAIN * Math.min(...perRowMs.slice(0, -1));
}

/**
 * Warms up what may be warmed up. Which sizes a model takes that leaves them open, only its users know: if it cannot run on ones, it serves
 * all the same, and costs are learnt from its runs. A rank left open is not even tried: guessing wrong may end the engine's process.
 * @throws ServingError as `warmUp`, for a model whose sizes are all known.
 */
export async function warmUpIfKnown(model: LoadedModel, allowedRows: readonly number[], clock: { nowMs(): number }): Promise<CostTable> {
  const openness = opennessOf(model.signature);
  if (openness === 'rank-open') return assumedCosts(allowedRows);
  if (openness === 'closed') return await warmUp(model, allowedRows, clock);
  return await warmUp(model, allowedRows, clock).catch(() => assumedCosts(allowedRows));
}

/** Until a run has shown what it costs: each row the same, so that no batch size is preferred. */
function assumedCosts(allowedRows: readonly number[]): CostTable {
  return new Map([...new Set(allowedRows)].sort((a, b) => a - b).map((rows) => [rows, rows * ASSUMED_ROW_MS]));
}

const ASSUMED_ROW_MS = 1;

async function runOnce(model: LoadedModel, rows: number, clock: { nowMs(): number }): Promise<number> {
  const inputs = zeroInputs(model.signature, rows);
  const startedMs = clock.nowMs();
  await model.run(inputs);
  return clock.nowMs() - startedMs;
}

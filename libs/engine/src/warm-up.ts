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
 *
 * Left out are sizes that would cost much and be used least: all further ones, once the last two gained nothing over smaller ones and the
 * next would be a long run (a library keeps the memory of its largest run: 64 rows of MobileNetV2 take 740 MB), or once the budget is spent and
 * the last one gained nothing. Every other size is run once whatever the time. Repeats go in rounds, smallest size first, and end with the budget.
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
  const repeatAll = async (): Promise<void> => {
    for (const [rows, bestMs] of costs) {
      if (clock.nowMs() >= endsAtMs) return;
      costs.set(rows, Math.min(bestMs, await runOnce(model, rows, clock)));
    }
  };
  for (const rows of [...new Set(allowedRows)].sort((a, b) => a - b)) {
    const isLong = costs.size > JUDGED_SIZES && expectedMs(rows, costs) > LONG_RUN_MS;
    // First runs scatter too much to leave sizes out by.
    if (isLong) await repeatAll();
    if (isLong && !lastSizesGain(costs, JUDGED_SIZES)) break;
    if (clock.nowMs() >= endsAtMs && !lastSizesGain(costs, 1)) return costs;
    costs.set(rows, await runOnce(model, rows, clock));
  }
  for (let round = 1; round < limits.runsPerSize; round++) await repeatAll();
  return costs;
}

/**
 * A run that is shorter is tried whatever smaller sizes gained: it takes neither much time nor much memory. The 64 rows of MNIST take one to four
 * milliseconds, 16 of MobileNetV2 forty. Chosen.
 */
const LONG_RUN_MS = 20;

/** Sizes that must have gained nothing before longer runs are left out: one may have had bad luck. */
const JUDGED_SIZES = 2;

/** What each size must save per row over the one before, for longer or later runs to be worth their price: measurements scatter by this much. */
const WORTHWHILE_GAIN = 0.9;

/** By the cost per row of the largest size so far. */
function expectedMs(rows: number, costs: CostTable): number {
  const [largest, costMs] = [...costs].at(-1) ?? [rows, 0];
  return (rows / largest) * costMs;
}

/** Whether one of the `count` largest sizes is cheaper per row than all smaller ones, by as many gains; true while there is none to compare with. */
function lastSizesGain(costs: CostTable, count: number): boolean {
  const perRowMs = [...costs].map(([rows, costMs]) => costMs / rows);
  if (perRowMs.length <= count) return true;
  return Math.min(...perRowMs.slice(-count)) < WORTHWHILE_GAIN ** count * Math.min(...perRowMs.slice(0, -count));
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

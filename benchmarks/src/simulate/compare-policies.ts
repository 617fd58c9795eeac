import { seededRandom } from '@switchyard/training';
import { TRACES, arrivalTimes, type Trace } from './arrivals.js';
import { MEASURED_MODELS, capacityRowsPerSecond, type MeasuredModel } from './cost-tables.js';
import { bentoMl } from './policies/bento-ml.js';
import { fixedWindow } from './policies/fixed-window.js';
import { switchyard } from './policies/switchyard.js';
import { triton } from './policies/triton.js';
import type { PolicyKind } from './policy.js';
import { simulate, type Outcome } from './simulate.js';

export const POLICIES: readonly PolicyKind[] = [switchyard(0), switchyard(5), fixedWindow(5), triton(0), triton(5), bentoMl];
export const LOADS: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.35, 1.5];
export const MAX_BATCH_ROWS = 64;
/** Enough for a 99th percentile of two hundred rows. */
const ROWS = 20_000;

/** One policy under one load. */
export interface Compared {
  readonly model: string;
  readonly trace: Trace;
  readonly policy: string;
  /** Of what the engines could run at their best batch size. */
  readonly load: number;
  readonly engines: number;
  readonly outcome: Outcome;
}

export interface ComparisonOptions {
  readonly engines: number;
  readonly loads?: readonly number[];
  readonly rows?: number;
  readonly models?: readonly MeasuredModel[];
  readonly traces?: readonly Trace[];
}

/** Every policy on the same arrivals, for every model, trace and load. Depends on nothing but its arguments. */
export function comparePolicies({ engines, loads = LOADS, rows = ROWS, models = MEASURED_MODELS, traces = TRACES }: ComparisonOptions): Compared[] {
  const scenarios = models.flatMap((model) => traces.flatMap((trace) => loads.map((load) => ({ model, trace, load }))));
  return scenarios.flatMap(({ model, trace, load }) => {
    const arrivals = arrivalTimes({ trace, rows, rowsPerMs: rowsPerMs(model, { load, engines }), random: seededRandom(1) });
    return POLICIES.map((policy) => ({
      model: model.name, trace, policy: policy.name, load, engines, outcome: simulate({ model, policy, arrivals, engines, maxBatchRows: MAX_BATCH_ROWS, random: seededRandom(2) }),
    }));
  });
}

function rowsPerMs(model: MeasuredModel, { load, engines }: { load: number; engines: number }): number {
  return (load * engines * capacityRowsPerSecond(model)) / 1_000;
}

import type { PassesFigures } from '../measure/run-passes.js';
import type { Timings } from '../measure/timings.js';
import type { Machine } from './machine.js';
import type { Mark } from './marks.js';
import type { Summary } from './summarize.js';

/** Everything one run of the benchmark found out: the JSON file of a result. */
export interface BenchReport {
  /** Names its files. */
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
  readonly command: string;
  /** Name to version, of what the figures depend on. */
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Machine;
  /** What was asked. */
  readonly workload: string;
  readonly timings: Timings;
  readonly summary: Summary;
  readonly marks: readonly Mark[];
  /** What the summary was made of. */
  readonly figures: PassesFigures;
}

import type { PassesFigures } from '../measure/run-passes.js';
import type { Timings } from '../measure/timings.js';
import type { Machine } from '../report/machine.js';
import type { Mark } from '../report/marks.js';
import type { Summary } from '../report/summarize.js';
import type { AbsentPeer } from './absent-peer.js';
import type { ExtraSummary, PeersExtra } from './extra.js';

/** Everything one comparison found out: the JSON file of its result. */
export interface PeersReport {
  /** Names its files. */
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
  readonly command: string;
  /** Settings that are not the defaults. */
  readonly settings: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly timings: Timings;
  /** Sentences on what was left out, and why. */
  readonly omissions: readonly string[];
  readonly absent: readonly AbsentPeer[];
  readonly summary: Summary;
  readonly extra: ExtraSummary;
  readonly marks: readonly Mark[];
  /** What the summary was made of. */
  readonly figures: PassesFigures<PeersExtra>;
}

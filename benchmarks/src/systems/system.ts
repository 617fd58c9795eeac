import type { NamedProcess } from '../processes/process-watch.js';
import type { Asked } from '../workloads/workload.js';

/** A model server that can be measured: Switchyard, or a peer. */
export interface System {
  /** Names it in tables and files. */
  readonly name: string;
  /** Whether the others are measured all the same when it cannot be. */
  readonly isOptional?: boolean;
  /** Resolves when it answers. @throws ServingError when it does not get there; nothing is left running */
  start(): Promise<RunningSystem>;
}

export interface RunningSystem {
  /** From the start of the first process until it answered, in milliseconds. */
  readonly startUpMs: number;
  /** Where it takes these requests: one address per process that takes them, none when it does not. */
  urlsOf(asked: Asked): readonly string[];
  /** Every process of it now. */
  processes(): readonly NamedProcess[];
  /** Idempotent. */
  stop(): Promise<void>;
}

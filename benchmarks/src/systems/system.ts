import type { NamedProcess } from '../processes/process-watch.js';

/** A model server that can be measured: Switchyard, or a peer. */
export interface System {
  /** Names it in tables and files. */
  readonly name: string;
  /** Resolves when it answers. @throws ServingError when it does not get there; nothing is left running */
  start(): Promise<RunningSystem>;
}

export interface RunningSystem {
  /** From the start of the first process until it answered, in milliseconds. */
  readonly startUpMs: number;
  /** Where it takes requests for a model in a format, by the format's name; null when it does not. */
  urlOf(format: string): string | null;
  /** Every process of it now. */
  processes(): readonly NamedProcess[];
  /** Idempotent. */
  stop(): Promise<void>;
}

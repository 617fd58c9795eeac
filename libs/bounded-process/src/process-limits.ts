/** Where a task ends that does not end by itself. */
export interface ProcessLimits {
  /** Wall time from the start of its process, in milliseconds. */
  readonly timeoutMs: number;
  /** Resident memory of its process, native libraries included. */
  readonly maxMemoryBytes: number;
}

/** Which limit a task met. */
export type LimitMet = 'time' | 'memory';

/** What a bounded process is sent, once. */
export interface TaskMessage {
  readonly task: unknown;
  readonly limits: ProcessLimits;
}

/** The pipe on which a process names the limit for which it ends itself: a signal alone tells nothing of the reason. */
export const REASON_PIPE = 4;

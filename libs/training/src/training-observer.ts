import type { RunRecord } from './run-record.js';
import type { EpochReport } from './trainer.js';

/** Sees how runs go, for metrics. Calls return at once and never throw. */
export interface TrainingObserver {
  runStarted(pipeline: string): void;
  epochEnded(pipeline: string, epoch: EpochReport): void;
  /** @param durationMs from start to end of this attempt. */
  runEnded(record: RunRecord, durationMs: number): void;
}

import type { RunRecord } from './run-record.js';
import type { EpochReport } from './trainer.js';

/** Sees how runs go, for metrics. Calls return at once and never throw. */
export interface TrainingObserver {
  runStarted(pipeline: string): void;
  epochEnded(pipeline: string, epoch: EpochReport): void;
  /** An attempt is over. @param record as it stands then, `queued` when it was interrupted; null when it cannot be read. */
  runEnded(pipeline: string, record: RunRecord | null, durationMs: number): void;
}

import type { Clock } from '@switchyard/clock';
import { writeJson, type ObjectStore } from '@switchyard/object-store';
import type { Logger } from '@switchyard/service-runtime';
import { readRun, runKey, type RunRecord } from '@switchyard/training';

/** Puts right the records of runs that could not do so themselves, because their trainer died once too often. */
export class RunOutcomes {
  constructor(
    private readonly store: ObjectStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @returns the record of a run that is over for good, now `failed`; null when there is none, it ended otherwise, or the store is away. */
  async markFailed(runId: string, reason: string): Promise<RunRecord | null> {
    try {
      const record = await readRun(this.store, runId);
      if (record === null || record.status === 'succeeded' || record.status === 'rejected') return null;
      if (record.status === 'failed') return record;
      const failed: RunRecord = { ...record, status: 'failed', reason, endedAt: new Date(this.clock.wallMs()).toISOString() };
      await writeJson(this.store, runKey(runId), failed);
      return failed;
    } catch (error) {
      this.logger.warn({ err: error, runId }, 'training.outcome-not-recorded');
      return null;
    }
  }
}

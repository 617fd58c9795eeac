import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { TrainingObserver } from '@switchyard/training';

/** From a classifier of two features to a night's training. */
const RUN_BUCKETS_SECONDS = [1, 5, 15, 30, 60, 120, 300, 900, 3_600, 14_400];

/** What a trainer counts. */
export function createTrainingMetrics(registry: Registry): TrainingObserver {
  const registers = [registry];
  const labelNames = ['pipeline'];
  const runs = new Counter({ name: 'switchyard_training_runs_total', help: 'Runs by how they ended.', labelNames: ['pipeline', 'status'], registers });
  const active = new Gauge({ name: 'switchyard_training_runs_active', help: 'Runs being worked on.', labelNames, registers });
  const accuracy = new Gauge({ name: 'switchyard_training_last_accuracy', help: 'Accuracy of the last run on the held-out rows, from 0 to 1.', labelNames, registers });
  const succeededAt = new Gauge({ name: 'switchyard_training_last_success_timestamp_seconds', help: 'When a run last published a version, seconds since 1970.', labelNames, registers });
  const durations = new Histogram({ name: 'switchyard_training_run_duration_seconds', help: 'One run, from its start to its end.', labelNames, buckets: RUN_BUCKETS_SECONDS, registers });
  const epochs = new Gauge({ name: 'switchyard_training_epoch_duration_seconds', help: 'The last epoch.', labelNames, registers });
  return {
    runStarted: (pipeline) => active.inc({ pipeline }),
    epochEnded: (pipeline, epoch) => epochs.set({ pipeline }, epoch.durationMs / 1_000),
    runEnded(pipeline, record, durationMs) {
      active.dec({ pipeline });
      if (record === null || record.endedAt === null) return;
      runs.inc({ pipeline, status: record.status });
      durations.observe({ pipeline }, durationMs / 1_000);
      if (record.evaluation !== null) accuracy.set({ pipeline }, record.evaluation.accuracy);
      if (record.status === 'succeeded') succeededAt.set({ pipeline }, Date.parse(record.endedAt) / 1_000);
    },
  };
}

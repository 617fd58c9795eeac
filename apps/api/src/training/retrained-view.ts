import { ServingError } from '@switchyard/errors';
import type { RunRecord } from '@switchyard/training';
import type { QueuedRun } from './queue-run.js';

/**
 * The answer to who waited for a run: what it came to. A run whose model did not pass the gate has ended as it should, and says so.
 * @throws ServingError `engine-failed` with the run's own reason when it failed.
 */
export function retrainedView({ run_id, pipeline, model }: QueuedRun, { status, version, reason, curve, evaluation }: RunRecord) {
  if (status === 'failed' || status === 'canceled') throw new ServingError('engine-failed', `Run "${run_id}" ended without a model: ${reason ?? status}`);
  const message = status === 'succeeded' ? 'Model retrained successfully' : (reason ?? 'The model did not pass the gate.');
  return { run_id, pipeline, model, status, message, version, accuracy: evaluation?.accuracy ?? null, epochs: curve.length };
}

import type { ImportRecord } from '@switchyard/model-import';

/** An import as its caller sees it. */
export function importView({ id, status, model, version, steps, error, submittedAt, startedAt, endedAt }: ImportRecord) {
  return {
    id, status, model, version, error,
    steps: steps.map(({ step, message, durationMs }) => ({ step, message, duration_ms: durationMs })),
    submitted_at: submittedAt, started_at: startedAt, ended_at: endedAt,
  };
}

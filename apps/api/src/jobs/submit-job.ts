import { z } from 'zod';
import { ServingError } from '@switchyard/errors';
import type { InferenceJobs, JobState, Priority } from '@switchyard/inference';
import { aliasSchema, modelNameSchema, modelVersionSchema, type VersionChoice } from '@switchyard/model-registry';
import { decodePredict } from '@switchyard/protocol-tf-serving';
import { jsonBody } from '../http/json-body.js';
import type { Predictions } from '../predictions/predictions.js';

/** Everything of `POST /jobs` but the rows, which the codec reads. */
const jobEnvelopeSchema = z.object({
  model: modelNameSchema,
  version: z.union([modelVersionSchema, aliasSchema]).optional(),
  priority: z.enum(['normal', 'bulk']).default('normal'),
  /** Seconds from now after which the answer is of no use. */
  deadline_seconds: z.number().positive().max(7 * 24 * 3_600).optional(),
});

export interface SubmitJobDependencies {
  readonly predictions: Predictions;
  readonly jobs: InferenceJobs;
  readonly jobTimeoutMs: number;
  readonly assertRoom: (model: string, rows: number) => Promise<void>;
}

/** Checks the job as a sync request would be, so that what is queued can run. @throws ServingError */
export async function submitJob(body: Buffer, requestId: string, dependencies: SubmitJobDependencies): Promise<JobState> {
  const envelope = jsonBody(body, jobEnvelopeSchema);
  const manifest = dependencies.predictions.choose(envelope.model, versionChoice(envelope.version));
  const { format, inputs } = decodePredict(body, manifest.signature);
  const timeoutMs = envelope.deadline_seconds === undefined ? dependencies.jobTimeoutMs : envelope.deadline_seconds * 1_000;
  const request = dependencies.predictions.prepare(manifest, inputs, { requestId, timeoutMs, priority: envelope.priority satisfies Priority });
  await dependencies.assertRoom(request.model, request.rows);
  return dependencies.jobs.submit(request, format);
}

/** @throws ServingError `overloaded` when more rows wait than may. */
export function assertRowsFit(waiting: number, rows: number, limit: number): void {
  if (waiting + rows <= limit) return;
  throw new ServingError('overloaded', `${waiting} rows are waiting for this model; with ${rows} more they would pass the limit of ${limit}.`, { retryAfterMs: 5_000 });
}

function versionChoice(version: number | string | undefined): VersionChoice {
  if (version === undefined) return undefined;
  return typeof version === 'number' ? { version } : { alias: version };
}

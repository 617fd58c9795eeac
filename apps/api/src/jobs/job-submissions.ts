import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '@switchyard/clock';
import { ServingError } from '@switchyard/errors';
import type { InferenceJobs, JobState } from '@switchyard/inference';
import type { RequestMetrics } from '@switchyard/metrics-prometheus';
import { aliasSchema, modelNameSchema, modelVersionSchema, type VersionChoice } from '@switchyard/model-registry';
import { jsonBody } from '../http/json-body.js';
import { BodyWithRows } from '../predictions/body-with-rows.js';
import type { Predictions } from '../predictions/predictions.js';
import { SubmissionTurns } from './submission-turns.js';

/**
 * Of the api's time, how much goes to reading rows of bulk jobs while calls are about. Taking a job in costs as much again, its way through Redis and
 * worker more; with a sixteenth a call has room beside them (docs/decisions/0046).
 */
const BULK_SHARE = 1 / 16;

const MAX_DEADLINE_SECONDS = 7 * 24 * 3_600;

/** Everything of `POST /jobs` but the rows, which the codec reads. */
const jobEnvelopeSchema = z.object({
  model: modelNameSchema,
  version: z.union([modelVersionSchema, aliasSchema], { error: 'the number of a version or the name of an alias is expected' }).optional(),
  priority: z.enum(['normal', 'bulk']).default('normal'),
  /** Seconds from now after which the answer is of no use. */
  deadline_seconds: z.number().positive().max(MAX_DEADLINE_SECONDS).optional(),
  /** The same as an instant, ISO 8601. */
  deadline: z.iso.datetime({ offset: true }).optional(),
});

type JobEnvelope = z.infer<typeof jobEnvelopeSchema>;

export interface JobSubmissionsOptions {
  readonly predictions: Predictions;
  readonly jobs: InferenceJobs;
  readonly metrics: Pick<RequestMetrics, 'jobSubmitted'>;
  readonly clock: Clock;
  readonly jobTimeoutMs: number;
  /** Rows of one model that may wait on its queue. */
  readonly maxRowsWaiting: number;
  readonly readRowsWaiting: () => Promise<ReadonlyMap<string, number>>;
}

export interface SubmissionContext {
  readonly requestId: string;
  /** The caller's name for this submission, null when it may not be repeated. */
  readonly idempotencyKey: string | null;
}

/** Takes jobs in: checks each as a sync request would be checked, so that what is queued can run. */
export class JobSubmissions {
  readonly #options: JobSubmissionsOptions;
  readonly #turns: SubmissionTurns;
  readonly #bulkTurns: SubmissionTurns;

  constructor(options: JobSubmissionsOptions) {
    const { clock, predictions } = options;
    this.#options = options;
    this.#turns = new SubmissionTurns({ clock });
    this.#bulkTurns = new SubmissionTurns({ clock, share: () => (predictions.areCallsAbout ? BULK_SHARE : 1) });
  }

  /** @throws ServingError `invalid-input`, `model-not-found`, …, `conflict` of idempotency keys, or `overloaded` when too many rows wait already. */
  async submit(body: Buffer, { requestId, idempotencyKey }: SubmissionContext): Promise<{ readonly state: JobState; readonly isNew: boolean }> {
    const { predictions, jobs, metrics, jobTimeoutMs } = this.#options;
    const { envelope, given } = await this.#turns.run(() => openBody(body));
    const turns = envelope.priority === 'bulk' ? this.#bulkTurns : this.#turns;
    const { manifest, format, inputs } = await turns.run(() => this.#readRows(envelope, given));
    const request = await predictions.prepare(manifest, inputs, { requestId, timeoutMs: timeoutOf(envelope, jobTimeoutMs), priority: envelope.priority });
    await this.#assertRoom(request.model, request.rows);
    const submitted = idempotencyKey === null
      ? { state: await jobs.submit(request, format), isNew: true }
      : await jobs.submitOnce(request, format, { key: idempotencyKey, digest: digestOf(body) });
    if (submitted.isNew) metrics.jobSubmitted(request.model);
    return submitted;
  }

  #readRows({ model, version }: JobEnvelope, given: BodyWithRows) {
    const manifest = this.#options.predictions.choose(model, versionChoice(version));
    return { manifest, ...given.decodeRows(manifest) };
  }

  async #assertRoom(model: string, rows: number): Promise<void> {
    const waiting = (await this.#options.readRowsWaiting()).get(model) ?? 0;
    const limit = this.#options.maxRowsWaiting;
    if (waiting + rows <= limit) return;
    throw new ServingError('overloaded', `${waiting} rows are waiting for this model; with ${rows} more they would pass the limit of ${limit}.`, { retryAfterMs: 5_000 });
  }
}

function openBody(body: Buffer): { readonly envelope: JobEnvelope; readonly given: BodyWithRows } {
  const given = new BodyWithRows(body);
  return { envelope: given.readEnvelope((json) => jsonBody(json, jobEnvelopeSchema)), given };
}

function digestOf(body: Buffer): string {
  return createHash('sha256').update(body).digest('base64url');
}

function timeoutOf({ deadline, deadline_seconds: seconds }: JobEnvelope, jobTimeoutMs: number): number {
  if (seconds !== undefined) return seconds * 1_000;
  if (deadline === undefined) return jobTimeoutMs;
  const timeoutMs = Date.parse(deadline) - Date.now();
  if (timeoutMs > 0 && timeoutMs <= MAX_DEADLINE_SECONDS * 1_000) return timeoutMs;
  throw new ServingError('invalid-input', `The deadline ${deadline} must lie ahead, by at most ${MAX_DEADLINE_SECONDS} seconds.`);
}

function versionChoice(version: number | string | undefined): VersionChoice {
  if (version === undefined) return undefined;
  return typeof version === 'number' ? { version } : { alias: version };
}

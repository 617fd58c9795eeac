import { Inject, type OnModuleDestroy } from '@nestjs/common';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { UnrecoverableError, type Job } from 'bullmq';
import { ServingError, toServingError, type ErrorKind } from '@switchyard/errors';
import { backToTheQueue } from '@switchyard/queue-bullmq';
import { LOGGER, type Logger } from '@switchyard/service-runtime';
import { TRAINING_QUEUE, trainingJobSchema, type RunRecord, type TrainingJob, type TrainingProgress } from '@switchyard/training';
import { notifyRun } from './notify-run.js';
import { RUN_OUTCOMES, TRAINING_RUNS } from './tokens.js';
import type { RunOutcomes } from './run-outcomes.js';
import type { TrainingRuns } from './training-runs.js';

/** The fit is in a process of its own, so this loop renews locks on time; a trainer that died is noticed within lock plus check: 25 s. */
const LOCK_DURATION_MS = 15_000;
const STALLED_CHECK_MS = 10_000;
/** A run that takes its trainer down this often is given up. */
const MAX_DEATHS = 2;

/** Errors that another attempt would meet again. */
const PERMANENT: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['invalid-input', 'model-invalid', 'model-not-found', 'conflict', 'internal']);

/** What a training job leaves in Redis; everything else lies in the object store under the run's id. */
export interface TrainingJobResult {
  readonly status: RunRecord['status'] | 'skipped';
  readonly version: number | null;
  readonly reason: string | null;
}

/** Takes training jobs one by one: the fit uses all cores as it is. */
@Processor(TRAINING_QUEUE, { concurrency: 1, lockDuration: LOCK_DURATION_MS, stalledInterval: STALLED_CHECK_MS, maxStalledCount: MAX_DEATHS })
export class TrainingProcessor extends WorkerHost implements OnModuleDestroy {
  readonly #shutdown = new AbortController();
  /** Ends the run in hand alone. */
  #lockLost = new AbortController();

  constructor(
    @Inject(TRAINING_RUNS) private readonly runs: TrainingRuns,
    @Inject(RUN_OUTCOMES) private readonly outcomes: RunOutcomes,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async process(job: Job, token?: string): Promise<TrainingJobResult> {
    const runId = job.id ?? '';
    this.#lockLost = new AbortController();
    const signal = AbortSignal.any([this.#shutdown.signal, this.#lockLost.signal]);
    try {
      const record = await this.runs.execute(parseJob(job), { runId, signal, onProgress: (progress) => this.#publish(job, progress) });
      if (record === null) return { status: 'skipped', version: null, reason: 'The model has got a version meanwhile.' };
      await notifyRun(record, { logger: this.logger, signal });
      return { status: record.status, version: record.version, reason: record.reason };
    } catch (thrown) {
      throw this.#shutdown.signal.aborted ? await backToTheQueue(job, token) : this.#failure(runId, toServingError(thrown));
    }
  }

  /** No new job is begun, the one in hand is stopped and goes back to the queue for another trainer, or for this one's successor. */
  async onModuleDestroy(): Promise<void> {
    const closing = this.worker.close();
    this.#shutdown.abort();
    await closing;
  }

  /** The job is another trainer's now, or soon: two must not work on one run. Happens when Redis was away for longer than the lock. */
  @OnWorkerEvent('lockRenewalFailed')
  onLockLost(jobIds: string[]): void {
    this.logger.warn({ runIds: jobIds }, 'training.lock-lost');
    this.#lockLost.abort();
  }

  @OnWorkerEvent('failed')
  async onFailed(job: Job | undefined, error: Error): Promise<void> {
    if (job?.id === undefined || !job.finishedOn) return;
    const record = await this.outcomes.markFailed(job.id, error.message);
    if (record !== null) await notifyRun(record, { logger: this.logger, signal: this.#shutdown.signal });
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error }, 'training.queue-error');
  }

  #failure(runId: string, error: ServingError): Error {
    const isPermanent = PERMANENT.has(error.kind);
    this.logger.error({ err: error, runId, kind: error.kind, willRetry: !isPermanent }, 'training.failed');
    return isPermanent ? new UnrecoverableError(error.message) : error;
  }

  /** Progress is for watchers only: one that gets lost changes nothing. */
  #publish(job: Job, progress: TrainingProgress): void {
    job.updateProgress({ ...progress }).catch((error: unknown) => this.logger.debug({ err: error }, 'training.progress-lost'));
  }
}

function parseJob(job: Job): TrainingJob {
  const parsed = trainingJobSchema.safeParse(job.data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `"${issue.path.join('.')}" ${issue.message}`).join('; ');
  throw new ServingError('invalid-input', `The training job "${job.id}" cannot be read: ${problems}.`);
}

import { Inject, type OnModuleDestroy } from '@nestjs/common';
import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { UnrecoverableError, type Job } from 'bullmq';
import { ServingError, toServingError, type ErrorKind } from '@switchyard/errors';
import { IMPORT_QUEUE } from '@switchyard/model-import';
import { backToTheQueue } from '@switchyard/queue-bullmq';
import { LOGGER, type Logger } from '@switchyard/service-runtime';
import { IMPORTS } from '../registry.tokens.js';
import type { Imports } from './imports.js';

/** Heavy work is done in processes of their own, so this loop renews locks on time. */
const LOCK_DURATION_MS = 15_000;
const STALLED_CHECK_MS = 10_000;
/** An import that takes its registry down this often is given up. */
const MAX_DEATHS = 2;

/** What another attempt may find better. */
const PASSING: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['storage-unavailable', 'queue-unavailable', 'overloaded']);

/** Takes imports one by one: trials measure engines, and would measure each other. */
@Processor(IMPORT_QUEUE, { concurrency: 1, lockDuration: LOCK_DURATION_MS, stalledInterval: STALLED_CHECK_MS, maxStalledCount: MAX_DEATHS })
export class ImportProcessor extends WorkerHost implements OnModuleDestroy {
  readonly #shutdown = new AbortController();
  /** Ends the import in hand alone. */
  #lockLost = new AbortController();

  constructor(
    @Inject(IMPORTS) private readonly imports: Imports,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async process(job: Job, token?: string): Promise<{ version: number | null }> {
    const id = job.id ?? '';
    this.#lockLost = new AbortController();
    try {
      const record = await this.imports.execute(id, AbortSignal.any([this.#shutdown.signal, this.#lockLost.signal]));
      if (record !== null) this.logger.info({ importId: id, model: record.model, version: record.version }, 'import.succeeded');
      return { version: record?.version ?? null };
    } catch (thrown) {
      if (this.#shutdown.signal.aborted) throw await backToTheQueue(job, token);
      throw await this.#failure(id, job, toServingError(thrown));
    }
  }

  /** No new import is begun; the one in hand is stopped and goes back to the queue. */
  async onModuleDestroy(): Promise<void> {
    const closing = this.worker.close();
    this.#shutdown.abort();
    await closing;
  }

  /** The import is another registry's now, or soon. Happens when Redis was away for longer than the lock. */
  @OnWorkerEvent('lockRenewalFailed')
  onLockLost(jobIds: string[]): void {
    this.logger.warn({ importIds: jobIds }, 'import.lock-lost');
    this.#lockLost.abort();
  }

  /** Of an import whose last attempt failed, or whose registries died over it, the record must say so. */
  @OnWorkerEvent('failed')
  async onFailed(job: Job | undefined, error: Error): Promise<void> {
    if (job?.id === undefined || !job.finishedOn) return;
    const thrown = new ServingError('internal', `The import could not be carried out: ${error.message}`, { cause: error });
    await this.imports.fail(job.id, thrown).catch((failure: unknown) => this.logger.warn({ err: failure, importId: job.id }, 'import.outcome-not-recorded'));
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error }, 'import.queue-error');
  }

  /** What is wrong with the model is told at once and for good; an outage is sat out. */
  async #failure(id: string, job: Job, error: ServingError): Promise<Error> {
    const mayPass = PASSING.has(error.kind) || error.kind === 'cancelled';
    this.logger.warn({ err: error, importId: id, kind: error.kind, willRetry: mayPass }, 'import.failed');
    if (mayPass && job.attemptsMade + 1 < (job.opts.attempts ?? 1)) return error;
    await this.imports.fail(id, error);
    return new UnrecoverableError(error.message);
  }
}

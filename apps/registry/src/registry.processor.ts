import { OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import { Inject, type OnModuleDestroy } from '@nestjs/common';
import type { Job } from 'bullmq';
import { ServingError, encodeError, toServingError } from '@switchyard/errors';
import { REGISTRY_QUEUE, registryCommandSchema, type ModelRegistry, type RegistryCommand } from '@switchyard/model-registry';
import type { RegistryAnswer } from '@switchyard/queue-bullmq';
import { LOGGER, type Logger } from '@switchyard/service-runtime';
import type { CatalogKeeper } from './catalog-keeper.js';
import type { RegistryMetrics } from './registry-metrics.js';
import { CATALOG_KEEPER, MODEL_REGISTRY, REGISTRY_METRICS } from './registry.tokens.js';

/** Takes commands one at a time: with the queue's global concurrency of one it is the only writer, however many registries run. */
@Processor(REGISTRY_QUEUE, { concurrency: 1, lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 3 })
export class RegistryProcessor extends WorkerHost implements OnModuleDestroy {
  constructor(
    @Inject(MODEL_REGISTRY) private readonly registry: ModelRegistry,
    @Inject(CATALOG_KEEPER) private readonly catalog: CatalogKeeper,
    @Inject(REGISTRY_METRICS) private readonly metrics: RegistryMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  /** A refusal is an answer, not a failed job: only an outage is worth another attempt. */
  async process(job: Job): Promise<RegistryAnswer> {
    try {
      const command = parseCommand(job.data);
      const result = await this.registry.execute(command, commandId(job));
      await this.catalog.publish();
      this.#report(command, result.version);
      return { result };
    } catch (thrown) {
      const error = toServingError(thrown);
      this.logger.warn({ jobId: job.id, command: job.name, kind: error.kind, err: thrown }, 'registry.command-refused');
      if (error.kind === 'storage-unavailable' && job.attemptsMade + 1 < (job.opts.attempts ?? 1)) throw error;
      return { error: encodeError(error) };
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.worker.close();
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error }, 'registry.queue-error');
  }

  #report(command: RegistryCommand, version: number): void {
    this.logger.info({ command: command.command, model: command.model, version, by: command.by }, 'registry.command-done');
    this.metrics.commandDone(command);
  }
}

/** The same for every delivery of a job, and for no other job ever: a Redis that lost its data counts job ids from 1 again. */
function commandId({ id = '', timestamp }: Job): string {
  return `${id}@${timestamp}`;
}

/** @throws ServingError `invalid-input` with every problem. */
function parseCommand(data: unknown): RegistryCommand {
  const parsed = registryCommandSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the command'}: ${issue.message}`);
  throw new ServingError('invalid-input', `The registry cannot carry out this command; ${problems.join('; ')}.`);
}

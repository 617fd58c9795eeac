import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { BullModule, getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { register } from 'prom-client';
import { createRedisCatalog, publishPipelines } from '@switchyard/catalog-redis';
import { systemClock } from '@switchyard/clock';
import { createTrainingMetrics } from '@switchyard/metrics-prometheus';
import type { CatalogSource } from '@switchyard/model-registry';
import { createOnnxCompiler } from '@switchyard/onnx-export';
import { createRegistryCommands } from '@switchyard/queue-bullmq';
import { CONFIG, SERVICE_PARTS, ServiceRuntimeModule, queueConnection, type ServiceParts, type ServiceRuntimeOptions } from '@switchyard/service-runtime';
import { createTensorflowTrainer } from '@switchyard/trainer-tensorflow';
import { TRAINING_QUEUE } from '@switchyard/training';
import { FirstRuns } from './first-runs.js';
import { createFormComparer } from './form-comparer.js';
import { loadPipelines, type Pipelines } from './load-pipelines.js';
import { openParityEngines } from './parity-engines.js';
import { findPictureDecoder } from './find-picture-decoder.js';
import { RunOutcomes } from './run-outcomes.js';
import { ScheduleKeeper } from './schedule-keeper.js';
import { ScheduleProcessor } from './schedule.processor.js';
import { SCHEDULE_QUEUE } from './schedules.js';
import { CATALOG, FIRST_RUNS, PIPELINES, RUN_OUTCOMES, SCHEDULE_KEEPER, TRAINING_RUNS } from './tokens.js';
import type { TrainerConfig } from './trainer.config.js';
import { TrainingProcessor } from './training.processor.js';
import { TrainingRuns } from './training-runs.js';

@Module({})
export class TrainerModule {
  static register(options: ServiceRuntimeOptions): DynamicModule {
    const runtime = ServiceRuntimeModule.register(options);
    return {
      module: TrainerModule,
      imports: [
        runtime,
        BullModule.forRootAsync(queueConnection(runtime)),
        BullModule.registerQueue({ name: TRAINING_QUEUE }, { name: SCHEDULE_QUEUE }),
      ],
      providers: [...RUN_PROVIDERS, ...SCHEDULE_PROVIDERS, TrainingProcessor, ScheduleProcessor],
    };
  }
}

type Parts = ServiceParts<TrainerConfig>;

const RUN_PROVIDERS: Provider[] = [
  { provide: PIPELINES, inject: [CONFIG], useFactory: (config: TrainerConfig) => loadPipelines(config.PIPELINES_DIRECTORY) },
  { provide: RUN_OUTCOMES, inject: [SERVICE_PARTS], useFactory: ({ store, logger }: Parts) => new RunOutcomes(store, systemClock, logger) },
  { provide: CATALOG, inject: [SERVICE_PARTS], useFactory: openCatalog },
  { provide: TRAINING_RUNS, inject: [PIPELINES, CATALOG, SERVICE_PARTS], useFactory: createTrainingRuns },
];

const SCHEDULE_PROVIDERS: Provider[] = [
  { provide: SCHEDULE_KEEPER, inject: [getQueueToken(SCHEDULE_QUEUE), PIPELINES, SERVICE_PARTS], useFactory: startScheduleKeeper },
  {
    provide: FIRST_RUNS,
    inject: [getQueueToken(TRAINING_QUEUE), CATALOG, PIPELINES, SERVICE_PARTS],
    useFactory: startFirstRuns,
  },
];

async function openCatalog({ redis, config, logger, lifetime }: Parts): Promise<CatalogSource> {
  return lifetime.own(await createRedisCatalog({ redis, prefix: config.QUEUE_PREFIX, onError: (error) => logger.warn({ err: error }, 'trainer.catalog-unreadable') }));
}

function createTrainingRuns(pipelines: Pipelines, catalog: CatalogSource, { redis, store, config, logger, lifetime }: Parts): TrainingRuns {
  const commands = lifetime.own(createRegistryCommands({ redis, prefix: config.QUEUE_PREFIX }));
  return new TrainingRuns({
    pipelines, catalog, store, logger,
    clock: systemClock,
    trainer: createTensorflowTrainer({ datasets: { moduleUrl: import.meta.resolve('@switchyard/dataset-sources'), exportName: 'datasetSource' }, timeoutMs: config.FIT_TIMEOUT_MS }),
    findPictureDecoder,
    compilers: [createOnnxCompiler()],
    parity: createFormComparer(openParityEngines),
    registry: { publish: (command) => commands.execute(command, { timeoutMs: config.PUBLISH_TIMEOUT_MS }) },
    observer: createTrainingMetrics(register),
  });
}

function startFirstRuns(queue: Queue, catalog: CatalogSource, pipelines: Pipelines, { logger, lifetime }: Parts): FirstRuns {
  leaveErrorsToCallers(queue);
  return lifetime.own(new FirstRuns({ catalog, queue, pipelines, logger }));
}

function startScheduleKeeper(queue: Queue, pipelines: Pipelines, { redis, config, logger, lifetime }: Parts): ScheduleKeeper {
  leaveErrorsToCallers(queue);
  const publish = (): Promise<void> => publishPipelines(redis, config.QUEUE_PREFIX, [...pipelines.values()]);
  const keeper = lifetime.own(new ScheduleKeeper({ queue, pipelines, logger, publish }));
  keeper.start();
  return keeper;
}

/** Every call brings its own failure back, and the service's connection reports outages. */
function leaveErrorsToCallers(queue: Queue): void {
  queue.on('error', () => undefined);
}

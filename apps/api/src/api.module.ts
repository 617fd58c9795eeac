import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { QueueEvents, type Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { REGISTRY_QUEUE } from '@switchyard/model-registry';
import type { ObjectStore } from '@switchyard/object-store';
import { createRegistryCommands } from '@switchyard/queue-bullmq';
import { CONFIG, LOGGER, Lifetime, OBJECT_STORE, REDIS, Readiness, ServiceRuntimeModule, type Logger, type ServiceRuntimeOptions } from '@switchyard/service-runtime';
import { TRAINING_QUEUE } from '@switchyard/training';
import type { ApiConfig } from './api.config.js';
import { CATALOG, INFERENCE_JOBS, REGISTRY_COMMANDS, REQUEST_METRICS, WORKERS } from './api.tokens.js';
import { createApi, type Api } from './api.js';
import { ServingErrorFilter } from './http/serving-error.filter.js';
import { JobsController } from './jobs/jobs.controller.js';
import { ModelsController } from './models/models.controller.js';
import { PredictController } from './predictions/predict.controller.js';
import { Predictions } from './predictions/predictions.js';
import { TfServingController } from './tf-serving/tf-serving.controller.js';
import { TrainingController } from './training/training.controller.js';

const API = Symbol('api');
const part = <Key extends keyof Api>(provide: symbol | typeof Predictions, key: Key) => ({ provide, inject: [API], useFactory: (api: Api) => api[key] });

@Module({})
export class ApiModule {
  static register(options: ServiceRuntimeOptions): DynamicModule {
    const runtime = ServiceRuntimeModule.register(options);
    return {
      module: ApiModule,
      imports: [
        runtime,
        BullModule.forRootAsync({
          imports: [runtime],
          inject: [REDIS, CONFIG],
          useFactory: (redis: Redis, config: ApiConfig) => ({ connection: redis, prefix: config.QUEUE_PREFIX }),
        }),
        BullModule.registerQueue({ name: TRAINING_QUEUE }, { name: REGISTRY_QUEUE }),
      ],
      controllers: [TfServingController, PredictController, JobsController, ModelsController, TrainingController],
      providers: [
        {
          provide: API,
          inject: [CONFIG, LOGGER, REDIS, OBJECT_STORE, Lifetime, Readiness],
          useFactory: (config: ApiConfig, logger: Logger, redis: Redis, store: ObjectStore, lifetime: Lifetime, readiness: Readiness) =>
            createApi({ config, logger, redis, store, lifetime, readiness }),
        },
        part(CATALOG, 'catalog'),
        part(WORKERS, 'workers'),
        part(Predictions, 'predictions'),
        part(INFERENCE_JOBS, 'jobs'),
        part(REQUEST_METRICS, 'metrics'),
        {
          provide: REGISTRY_COMMANDS,
          inject: [getQueueToken(REGISTRY_QUEUE), REDIS, CONFIG, Lifetime],
          useFactory: (queue: Queue, redis: Redis, config: ApiConfig, lifetime: Lifetime) => {
            const queueEvents = lifetime.own(new QueueEvents(REGISTRY_QUEUE, { connection: redis.duplicate(), prefix: config.QUEUE_PREFIX }));
            return createRegistryCommands({ queue, queueEvents });
          },
        },
        {
          provide: APP_FILTER,
          inject: [LOGGER, CONFIG],
          useFactory: (logger: Logger, config: ApiConfig) => new ServingErrorFilter(logger, config.MAX_UPLOAD_SIZE),
        },
      ],
    };
  }
}

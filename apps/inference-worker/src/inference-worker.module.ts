import { Module, type DynamicModule } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { ObjectStore } from '@switchyard/object-store';
import { CONFIG, LOGGER, Lifetime, OBJECT_STORE, REDIS, Readiness, ServiceRuntimeModule, type Logger, type ServiceRuntimeOptions } from '@switchyard/service-runtime';
import type { InferenceWorkerConfig } from './inference-worker.config.js';
import { startInferenceWorker } from './inference-worker.js';

const INFERENCE_WORKER = Symbol('inference worker');

@Module({})
export class InferenceWorkerModule {
  static register(options: ServiceRuntimeOptions): DynamicModule {
    return {
      module: InferenceWorkerModule,
      imports: [ServiceRuntimeModule.register(options)],
      providers: [
        {
          provide: INFERENCE_WORKER,
          inject: [CONFIG, LOGGER, REDIS, OBJECT_STORE, Lifetime, Readiness],
          useFactory: async (config: InferenceWorkerConfig, logger: Logger, redis: Redis, store: ObjectStore, lifetime: Lifetime, readiness: Readiness) => {
            await startInferenceWorker({ config, logger, redis, store, lifetime, readiness });
            return true;
          },
        },
      ],
    };
  }
}

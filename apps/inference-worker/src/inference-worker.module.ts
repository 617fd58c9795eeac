import { Module, type DynamicModule } from '@nestjs/common';
import { SERVICE_PARTS, ServiceRuntimeModule, type ServiceParts, type ServiceRuntimeOptions } from '@switchyard/service-runtime';
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
          inject: [SERVICE_PARTS],
          useFactory: (parts: ServiceParts<InferenceWorkerConfig>) => startInferenceWorker(parts),
        },
      ],
    };
  }
}

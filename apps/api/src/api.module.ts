import { BullModule } from '@nestjs/bullmq';
import { Module, type DynamicModule, type InjectionToken } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ModelStatistics, type WorkerDirectory } from '@switchyard/inference';
import { IMPORT_QUEUE } from '@switchyard/model-import';
import type { CatalogSource } from '@switchyard/model-registry';
import { createRegistryCommands, type RegistryCommands } from '@switchyard/queue-bullmq';
import { CONFIG, SERVICE_PARTS, ServiceRuntimeModule, queueConnection, type ServiceParts, type ServiceRuntimeOptions } from '@switchyard/service-runtime';
import { TRAINING_QUEUE } from '@switchyard/training';
import type { ApiConfig } from './api.config.js';
import { CATALOG, INFERENCE_JOBS, REGISTRY_COMMANDS, REQUEST_METRICS, TF_SERVING_METRICS, URL_FETCHER, WORKERS } from './api.tokens.js';
import { createApi, type Api } from './api.js';
import { RecordWaits } from './http/record-waits.js';
import { ServingErrorFilter } from './http/serving-error.filter.js';
import { JobSubmissions } from './jobs/job-submissions.js';
import { JobWatcher } from './jobs/job-watcher.js';
import { JobsController } from './jobs/jobs.controller.js';
import { BatchingController } from './models/batching.controller.js';
import { IMPORT_PROVIDERS } from './models/import.providers.js';
import { ImportsController } from './models/imports.controller.js';
import { ModelsController } from './models/models.controller.js';
import { InferController } from './open-inference/infer.controller.js';
import { ModelController } from './open-inference/model.controller.js';
import { ModelRepository } from './open-inference/model-repository.js';
import { RepositoryController } from './open-inference/repository.controller.js';
import { ServerController } from './open-inference/server.controller.js';
import { SharedMemoryController } from './open-inference/shared-memory.controller.js';
import { StatisticsController } from './open-inference/statistics.controller.js';
import { ImageClassifications } from './predictions/image-classifications.js';
import { createUrlFetcher } from './predictions/create-url-fetcher.js';
import { PredictUrlController } from './predictions/predict-url.controller.js';
import { PredictController } from './predictions/predict.controller.js';
import { Predictions } from './predictions/predictions.js';
import { ApiDescription } from './system/api-description.js';
import { SystemController } from './system/system.controller.js';
import { MonitoringController } from './tf-serving/monitoring.controller.js';
import { ServableStates } from './tf-serving/servable-states.js';
import { TfServingMonitoring } from './tf-serving/tf-serving-monitoring.js';
import { TfServingController } from './tf-serving/tf-serving.controller.js';
import { TrainingController } from './training/training.controller.js';
import { UploadController } from './uploads/upload.controller.js';
import { UploadsController } from './uploads/uploads.controller.js';
import { UPLOAD_PROVIDERS } from './uploads/upload.providers.js';

const API = Symbol('api');
const part = (provide: InjectionToken, key: keyof Api) => ({ provide, inject: [API], useFactory: (api: Api) => api[key] });

const CONTROLLERS = [
  SystemController, TfServingController, MonitoringController, InferController, ModelController, RepositoryController, ServerController, SharedMemoryController, StatisticsController,
  PredictController, PredictUrlController, JobsController, ModelsController, BatchingController, ImportsController, TrainingController, UploadController, UploadsController,
];

@Module({})
export class ApiModule {
  static register(options: ServiceRuntimeOptions): DynamicModule {
    const runtime = ServiceRuntimeModule.register(options);
    return {
      module: ApiModule,
      imports: [
        runtime,
        BullModule.forRootAsync(queueConnection(runtime)),
        BullModule.registerQueue({ name: TRAINING_QUEUE }, { name: IMPORT_QUEUE }),
      ],
      controllers: CONTROLLERS,
      providers: [
        { provide: API, inject: [SERVICE_PARTS], useFactory: (parts: ServiceParts<ApiConfig>) => createApi(parts) },
        ApiDescription,
        part(CATALOG, 'catalog'),
        part(WORKERS, 'workers'),
        part(Predictions, 'predictions'),
        part(ModelStatistics, 'statistics'),
        {
          provide: ImageClassifications,
          inject: [Predictions, CONFIG],
          useFactory: (predictions: Predictions, config: ApiConfig) => new ImageClassifications(predictions, config),
        },
        { provide: RecordWaits, inject: [SERVICE_PARTS], useFactory: ({ readiness }: ServiceParts) => new RecordWaits(() => readiness.isDraining) },
        ...IMPORT_PROVIDERS,
        ...UPLOAD_PROVIDERS,
        part(INFERENCE_JOBS, 'jobs'),
        part(JobSubmissions, 'submissions'),
        part(JobWatcher, 'watcher'),
        part(REQUEST_METRICS, 'metrics'),
        part(TF_SERVING_METRICS, 'tfServingMetrics'),
        part(TfServingMonitoring, 'monitoring'),
        { provide: ServableStates, inject: [API], useFactory: (api: Api) => new ServableStates(api) },
        {
          provide: URL_FETCHER,
          inject: [SERVICE_PARTS],
          useFactory: ({ config, lifetime }: ServiceParts<ApiConfig>) => createUrlFetcher(config, lifetime),
        },
        {
          provide: REGISTRY_COMMANDS,
          inject: [SERVICE_PARTS],
          useFactory: ({ redis, config, lifetime }: ServiceParts) => lifetime.own(createRegistryCommands({ redis, prefix: config.QUEUE_PREFIX })),
        },
        {
          provide: ModelRepository,
          inject: [CATALOG, WORKERS, REGISTRY_COMMANDS],
          useFactory: (catalog: CatalogSource, workers: WorkerDirectory, registry: RegistryCommands) => new ModelRepository({ catalog, workers, registry }),
        },
        {
          provide: APP_FILTER,
          inject: [SERVICE_PARTS],
          useFactory: ({ logger, config }: ServiceParts<ApiConfig>) => new ServingErrorFilter(logger, config.MAX_UPLOAD_SIZE),
        },
      ],
    };
  }
}

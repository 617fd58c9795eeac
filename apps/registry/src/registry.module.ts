import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { register } from 'prom-client';
import { systemClock } from '@switchyard/clock';
import { IMPORT_QUEUE } from '@switchyard/model-import';
import { REGISTRY_QUEUE, createModelRegistry, type ModelRegistry } from '@switchyard/model-registry';
import { SERVICE_PARTS, ServiceRuntimeModule, queueConnection, type ServiceParts, type ServiceRuntimeOptions } from '@switchyard/service-runtime';
import { CatalogKeeper } from './catalog-keeper.js';
import { ExpiredObjectSweeper } from './expired-object-sweeper.js';
import { IMPORT_PROVIDERS } from './importing/import.providers.js';
import { createRegistryMetrics, type RegistryMetrics } from './registry-metrics.js';
import type { RegistryConfig } from './registry.config.js';
import { RegistryProcessor } from './registry.processor.js';
import { WATCHING_PROVIDERS } from './watching/watching.providers.js';
import { CATALOG_KEEPER, JOB_RESULT_SWEEPER, MODEL_REGISTRY, REGISTRY_METRICS } from './registry.tokens.js';

type Parts = ServiceParts<RegistryConfig>;

@Module({})
export class RegistryModule {
  static register(options: ServiceRuntimeOptions): DynamicModule {
    const runtime = ServiceRuntimeModule.register(options);
    return {
      module: RegistryModule,
      imports: [
        runtime,
        BullModule.forRootAsync(queueConnection(runtime)),
        BullModule.registerQueue({ name: REGISTRY_QUEUE }, { name: IMPORT_QUEUE }),
      ],
      providers: [
        { provide: REGISTRY_METRICS, useFactory: () => createRegistryMetrics(register) },
        { provide: MODEL_REGISTRY, inject: [SERVICE_PARTS], useFactory: openRegistry },
        { provide: CATALOG_KEEPER, inject: [MODEL_REGISTRY, REGISTRY_METRICS, SERVICE_PARTS, getQueueToken(REGISTRY_QUEUE)], useFactory: createCatalogKeeper },
        {
          provide: JOB_RESULT_SWEEPER,
          inject: [SERVICE_PARTS],
          useFactory: ({ store, config, logger, lifetime }: Parts) =>
            lifetime.own(new ExpiredObjectSweeper({ store, prefix: 'jobs/', ttlMs: config.JOB_RESULT_TTL_MS, clock: systemClock, logger })),
        },
        ...IMPORT_PROVIDERS,
        ...WATCHING_PROVIDERS,
        RegistryProcessor,
      ],
    };
  }
}

function openRegistry({ store, logger }: Parts): ModelRegistry {
  return createModelRegistry({ store, now: () => systemClock.wallMs(), onInvalid: (key, reason) => logger.error({ key, reason }, 'registry.invalid-record') });
}

function createCatalogKeeper(registry: ModelRegistry, metrics: RegistryMetrics, { redis, config, logger, lifetime, readiness }: Parts, queue: Queue): CatalogKeeper {
  queue.on('error', () => undefined); // every call brings its own failure back; the service's connection reports outages
  const prepareQueue = async (): Promise<void> => void (await queue.setGlobalConcurrency(1));
  const onPublished = metrics.catalogPublished;
  const keeper = lifetime.own(new CatalogKeeper({ registry, redis, prefix: config.QUEUE_PREFIX, logger, prepareQueue, onPublished }));
  readiness.add('catalog', () => keeper.assertPublished());
  return keeper;
}

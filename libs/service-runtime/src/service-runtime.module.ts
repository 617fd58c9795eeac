import { Module, type DynamicModule } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Redis } from 'ioredis';
import type { ObjectStore } from '@switchyard/object-store';
import { Lifetime } from './lifetime.js';
import type { Logger } from './logging.js';
import { openObjectStore } from './open-object-store.js';
import { OperationsController } from './operations.controller.js';
import { ReadinessController } from './readiness.controller.js';
import { Readiness } from './readiness.js';
import { closeRedis, connectRedis } from './redis-connection.js';
import type { ServiceConfig } from './service.config.js';
import { ServiceFacts } from './service-facts.js';
import { CONFIG, LOGGER, OBJECT_STORE, REDIS, SERVICE_NAME, SERVICE_PARTS } from './tokens.js';
import type { ServiceParts } from './service-parts.js';

export interface ServiceRuntimeOptions {
  readonly name: string;
  readonly config: ServiceConfig;
  readonly logger: Logger;
}

/** The parts every service has: configuration, log, Redis, object store, health, metrics, orderly shutdown. */
@Module({})
export class ServiceRuntimeModule {
  static register({ name, config, logger }: ServiceRuntimeOptions): DynamicModule {
    return {
      module: ServiceRuntimeModule,
      imports: [TerminusModule.forRoot({ logger: false, gracefulShutdownTimeoutMs: 0 })],
      controllers: [OperationsController, ReadinessController],
      providers: [
        { provide: SERVICE_NAME, useValue: name },
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: Lifetime, useFactory: () => new Lifetime(logger, config.DRAIN_TIMEOUT_MS) },
        { provide: OBJECT_STORE, useFactory: () => openObjectStore(config) },
        {
          provide: REDIS,
          inject: [Lifetime],
          useFactory: (lifetime: Lifetime) => {
            const redis = connectRedis(config.REDIS_URL, logger);
            lifetime.own({ close: () => closeRedis(redis) });
            return redis;
          },
        },
        ServiceFacts,
        { provide: Readiness, inject: [REDIS, OBJECT_STORE], useFactory: sharedReadiness },
        {
          provide: SERVICE_PARTS,
          inject: [REDIS, OBJECT_STORE, Lifetime, Readiness, ServiceFacts],
          useFactory: (...[redis, store, lifetime, readiness, facts]: SharedParts): ServiceParts => ({ config, logger, redis, store, lifetime, readiness, facts }),
        },
      ],
      exports: [SERVICE_NAME, CONFIG, LOGGER, REDIS, OBJECT_STORE, Lifetime, Readiness, ServiceFacts, SERVICE_PARTS],
    };
  }
}

type SharedParts = [redis: Redis, store: ObjectStore, lifetime: Lifetime, readiness: Readiness, facts: ServiceFacts];

function sharedReadiness(redis: Redis, store: ObjectStore): Readiness {
  const readiness = new Readiness();
  readiness.add('redis', async () => {
    if (redis.status !== 'ready') throw new Error('Redis cannot be reached.');
    await redis.ping();
  });
  readiness.add('object-store', async () => {
    await store.stat('health');
  });
  return readiness;
}

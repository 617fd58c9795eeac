import type { DynamicModule } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { ServiceConfig } from './service.config.js';
import { CONFIG, REDIS } from './tokens.js';

interface QueueConnection {
  readonly imports: DynamicModule[];
  readonly inject: symbol[];
  readonly useFactory: (redis: Redis, config: ServiceConfig) => { readonly connection: Redis; readonly prefix: string };
}

/** What `BullModule.forRootAsync` takes: queues on the service's own connection to Redis, under its prefix. @param runtime the service's `ServiceRuntimeModule` */
export function queueConnection(runtime: DynamicModule): QueueConnection {
  return { imports: [runtime], inject: [REDIS, CONFIG], useFactory: (redis, { QUEUE_PREFIX: prefix }) => ({ connection: redis, prefix }) };
}

import type { Redis } from 'ioredis';
import type { ObjectStore } from '@switchyard/object-store';
import type { Lifetime } from './lifetime.js';
import type { Logger } from './logging.js';
import type { Readiness } from './readiness.js';
import type { ServiceConfig } from './service.config.js';
import type { ServiceFacts } from './service-facts.js';

/** What every service is built from, as one value to inject. */
export interface ServiceParts<Config extends ServiceConfig = ServiceConfig> {
  readonly config: Config;
  readonly logger: Logger;
  readonly redis: Redis;
  readonly store: ObjectStore;
  readonly lifetime: Lifetime;
  readonly readiness: Readiness;
  readonly facts: ServiceFacts;
}

export { loadConfig, serviceConfigSchema, type ServiceConfig } from './service.config.js';
export { createLogger, type Logger } from './logging.js';
export { closeRedis, connectRedis } from './redis-connection.js';
export { openObjectStore } from './open-object-store.js';
export { Lifetime, type Closable } from './lifetime.js';
export { Readiness, type ReadinessCheck } from './readiness.js';
export { ServiceRuntimeModule, type ServiceRuntimeOptions } from './service-runtime.module.js';
export { CONFIG, LOGGER, OBJECT_STORE, REDIS, SERVICE_NAME } from './tokens.js';
export { runMain, startService, type RunningService, type ServiceOptions } from './start-service.js';

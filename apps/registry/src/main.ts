import { createLogger, loadConfig, runMain, startService } from '@switchyard/service-runtime';
import { registryConfigSchema } from './registry.config.js';
import { RegistryModule } from './registry.module.js';

const NAME = 'registry';
const config = loadConfig(registryConfigSchema);
const logger = createLogger(NAME, config.LOG_LEVEL);

runMain(() => startService({ name: NAME, module: RegistryModule.register({ name: NAME, config, logger }), config, logger, port: config.OPS_PORT }), logger);

import { createLogger, loadConfig, runMain, startService } from '@switchyard/service-runtime';
import { trainerConfigSchema } from './trainer.config.js';
import { TrainerModule } from './trainer.module.js';

const NAME = 'trainer';
const config = loadConfig(trainerConfigSchema);
const logger = createLogger(NAME, config.LOG_LEVEL);

runMain(() => startService({ name: NAME, module: TrainerModule.register({ name: NAME, config, logger }), config, logger, port: config.OPS_PORT }), logger);
